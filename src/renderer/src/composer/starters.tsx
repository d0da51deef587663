import { BookOpen, FlaskConical, GitCompare } from "lucide-react";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";

/** Three prompts to begin with, made here and not by a model; a press writes one into the composer. */
export function Starters({ onChoose }: { readonly onChoose: (prompt: string) => void }) {
  const { composer: words } = useMessages();
  const starters = [
    { icon: BookOpen, label: words.starterExplain, prompt: words.starterExplainPrompt },
    { icon: FlaskConical, label: words.starterTests, prompt: words.starterTestsPrompt },
    { icon: GitCompare, label: words.starterReview, prompt: words.starterReviewPrompt },
  ];
  return (
    <ul aria-label={words.starters} className="mb-2 flex flex-wrap gap-1.5">
      {starters.map(({ icon, label, prompt }) => (
        <li key={label}>
          <Button
            icon={icon}
            onClick={() => {
              onChoose(prompt);
            }}
          >
            {label}
          </Button>
        </li>
      ))}
    </ul>
  );
}
