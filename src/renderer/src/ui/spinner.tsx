import { LoaderCircle } from "lucide-react";
import { cx } from "./cx.ts";

/** Something runs. Decorative: the words beside it say what. */
export function Spinner({ className }: { readonly className?: string }) {
  return (
    <LoaderCircle className={cx("icon animate-[turn_1s_linear_infinite]", className)} aria-hidden />
  );
}
