const SPAN = /^(?:\d{1,9}(?:s|m|h|d))+$/
const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** Returns the seconds of a span such as `90s`, `10m` or `1h30m`; nothing where the text is none. */
export function parseSpan(text: string): number | undefined {
  if (!SPAN.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+)([smhd])/g)]
  return parts.reduce((sum, [, count, unit]) => {
    return sum + Number(count) * seconds[unit as keyof typeof seconds]
  }, 0)
}
