import type { LogOptions } from '@nexqloud/kube'
import type { LogLine } from '@nexqloud/store'

/** Returns what of recorded lines was asked for, as text. */
export function logText(lines: readonly LogLine[], options: LogOptions, nowMs: number): Buffer {
  const { sinceSeconds, sinceTime, tailLines, timestamps, limitBytes } = options
  const sinceMs =
    sinceSeconds === undefined ? Date.parse(sinceTime ?? '') : nowMs - sinceSeconds * 1000
  const young = Number.isNaN(sinceMs) ? lines : lines.filter(({ at }) => Date.parse(at) >= sinceMs)
  const last = tailLines === undefined ? young : young.slice(Math.max(0, young.length - tailLines))
  const text = last.map((line) => `${timestamps ? `${line.at} ` : ''}${lineText(line)}\n`).join('')
  return Buffer.from(text).subarray(0, limitBytes)
}

/** Returns what is shown of a line; what the record says itself is told apart from what a container wrote. */
export function lineText({ isGap, text }: Pick<LogLine, 'isGap' | 'text'>): string {
  return isGap ? `[record: ${text}]` : text
}
