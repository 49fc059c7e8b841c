/** The choices there are, and whatever it is now. */
export const withPresent = (known: readonly number[], present: number | null): readonly number[] =>
  present === null || known.includes(present) ? known : [...known, present].sort((one, other) => one - other)
