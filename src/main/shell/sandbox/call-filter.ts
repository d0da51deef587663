/** A processor's numbers in Linux's system call interface: <asm/unistd.h>, <linux/audit.h>. */
interface CallNumbers {
  readonly architecture: number;
  readonly ioctl: number;
  readonly refused: readonly number[];
  /** From this number on the calls are those of a second interface (x32), which is refused whole. */
  readonly secondInterface: number | null;
}

/** The same on both: io_uring (it would go round the filter) and the newer calls for mounts. */
const newer = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442];

/**
 * Refused: the keyrings (they outlive namespaces), mounts, other namespaces, files by handle, kernel modules and programs, page faults
 * handled by the program. Without capabilities most of it fails anyway; a flaw in the kernel is harder to reach so.
 */
const numbers: Readonly<Record<string, CallNumbers>> = {
  x64: {
    architecture: 0xc000003e,
    ioctl: 16,
    secondInterface: 0x40000000,
    refused: [
      248,
      249,
      250,
      165,
      166,
      155,
      308,
      304,
      246,
      320,
      175,
      313,
      176,
      321,
      298,
      323,
      ...newer,
    ],
  },
  arm64: {
    architecture: 0xc00000b7,
    ioctl: 29,
    secondInterface: null,
    refused: [
      217,
      218,
      219,
      40,
      39,
      41,
      268,
      265,
      104,
      294,
      105,
      273,
      106,
      280,
      241,
      282,
      ...newer,
    ],
  },
};

/** Requests that put characters into a terminal: TIOCSTI and TIOCLINUX of <asm-generic/ioctls.h>. */
const terminalInput = [0x5412, 0x541c];

const load = 0x20;
const jumpEqual = 0x15;
const jumpAtLeast = 0x35;
const answer = 0x06;
const allow = 0x7fff0000;
const refuse = (errno: number): number => 0x00050000 + errno;
const notPermitted = 1;
const notThere = 38;

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number];

/** The filter as bubblewrap's --seccomp takes it (classic BPF); null for a processor whose numbers are not known here. */
export function callFilter(processor: string): Buffer | null {
  const known = numbers[processor];
  if (known === undefined) return null;
  const { architecture, ioctl, refused, secondInterface } = known;
  const instructions: Instruction[] = [
    [load, 0, 0, 4],
    [jumpEqual, 1, 0, architecture],
    [answer, 0, 0, refuse(notThere)],
    [load, 0, 0, 0],
    ...(secondInterface === null
      ? []
      : ([
          [jumpAtLeast, 0, 1, secondInterface],
          [answer, 0, 0, refuse(notPermitted)],
        ] as const)),
    ...refused.flatMap((call): Instruction[] => [
      [jumpEqual, 0, 1, call],
      [answer, 0, 0, refuse(notPermitted)],
    ]),
    // Of the request only the low half counts, as in the kernel.
    [jumpEqual, 1, 0, ioctl],
    [answer, 0, 0, allow],
    [load, 0, 0, 24],
    ...terminalInput.flatMap((request): Instruction[] => [
      [jumpEqual, 0, 1, request],
      [answer, 0, 0, refuse(notPermitted)],
    ]),
    [answer, 0, 0, allow],
  ];
  return assemble(instructions);
}

function assemble(instructions: readonly Instruction[]): Buffer {
  const program = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, value]] of instructions.entries()) {
    program.writeUInt16LE(code, index * 8);
    program.writeUInt8(jumpTrue, index * 8 + 2);
    program.writeUInt8(jumpFalse, index * 8 + 3);
    program.writeUInt32LE(value, index * 8 + 4);
  }
  return program;
}
