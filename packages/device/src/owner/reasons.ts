/** Why tenants have less than the machine could give, in words that go on after "It". */
export const reasonWords = {
  paused: 'is paused by its owner',
  outsideHours: "is outside its owner's hours",
  hoursEnding: "comes to the end of its owner's hours",
  volumeUsed: "has used its owner's network volume of this month",
  volumeNearlyUsed: "has nearly used its owner's network volume of this month",
  diskShort: 'has less free disk than its owner keeps',
  memoryShort: 'runs more than its owner gives memory for',
  onBattery: 'runs on its battery',
  hot: 'is too hot',
  warm: 'yields, as it is warm',
  ownerActive: 'yields, as its owner uses it',
  measured: 'yields, as it is being measured',
  ownerActiveLong: 'has been used by its owner for minutes',
} as const satisfies Record<string, string>

/** A code that does not change. */
export type OwnerReason = keyof typeof reasonWords

/** Returns a sentence for what a device said: a code of a later version stands for itself. */
export function reasonInWords(code: string): string {
  const words: Readonly<Record<string, string>> = reasonWords
  return `It ${words[code] ?? `is held back by its owner (${code})`}.`
}
