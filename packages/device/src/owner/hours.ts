import { z } from 'zod'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const DAY_MINUTES = 24 * 60
const WEEK_MINUTES = 7 * DAY_MINUTES

/** Spans of a week, in minutes from Monday 0:00 on; one may go on beyond Sunday's midnight. */
export const hoursOfWeek = z
  .array(
    z.object({
      from: z.int().min(0).max(WEEK_MINUTES),
      to: z
        .int()
        .min(1)
        .max(WEEK_MINUTES + DAY_MINUTES),
    }),
  )
  .max(100)
  .readonly()

/** When something may be. */
export type HoursOfWeek = z.infer<typeof hoursOfWeek>

/** Returns whether a minute of the week is within the hours. */
export function isWithinHours(hours: HoursOfWeek, minute: number): boolean {
  return hours.some(
    ({ from, to }) =>
      (from <= minute && minute < to) ||
      (from <= minute + WEEK_MINUTES && minute + WEEK_MINUTES < to),
  )
}

/** Returns the minute of the week of a moment, by the machine's own time zone. */
export function localMinuteOf(wallMs: number): number {
  const at = new Date(wallMs)
  return ((at.getDay() + 6) % 7) * DAY_MINUTES + at.getHours() * 60 + at.getMinutes()
}

/** Returns the month of a moment by the machine's own time zone: `2026-11`. */
export function localMonthOf(wallMs: number): string {
  const at = new Date(wallMs)
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`
}

/**
 * Returns the hours of a text: `mon-fri 18:00-08:00; sat,sun 00:00-24:00`. Those that end before they begin end on the next
 * day. Nothing where it is no such text.
 */
export function parseHours(text: string): HoursOfWeek | undefined {
  const parts = text.toLowerCase().split(';')
  const spans = parts.map((part) => parsePart(part.trim()))
  if (spans.some((found) => found === undefined)) return undefined
  return spans.flatMap((found) => found ?? [])
}

function parsePart(part: string): HoursOfWeek | undefined {
  const [, days, start, end] = /^(?:([a-z,-]+) +)?(\S+?)-(\S+)$/.exec(part) ?? []
  const [from, to] = [parseTime(start), parseTime(end)]
  const named = parseDays(days ?? 'mon-sun')
  if (from === undefined || to === undefined || named === undefined || from === to) return undefined
  const length = to > from ? to - from : to + DAY_MINUTES - from
  return named.map((day) => {
    const first = day * DAY_MINUTES + from
    return { from: first, to: first + length }
  })
}

function parseTime(text = ''): number | undefined {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? []
  const minutes = Number(hour) * 60 + Number(minute)
  return Number(minute) < 60 && minutes <= DAY_MINUTES ? minutes : undefined
}

function parseDays(text: string): readonly number[] | undefined {
  const spans = text.split(',').map((part) => {
    const [first = '', last = first, ...more] = part.split('-')
    const [from, to] = [indexOfDay(first), indexOfDay(last)]
    if (from < 0 || to < 0 || more.length > 0) return undefined
    const count = ((to - from + 7) % 7) + 1
    return Array.from({ length: count }, (_, index) => (from + index) % 7)
  })
  if (spans.some((found) => found === undefined)) return undefined
  return [...new Set(spans.flatMap((found) => found ?? []))]
}

function indexOfDay(text: string): number {
  return DAYS.findIndex((day) => day === text)
}

/** Returns hours as {@link parseHours} reads them, a part for each of their times. */
export function formatHours(hours: HoursOfWeek): string {
  const byTime = Map.groupBy(hours, ({ from, to }) => {
    const start = from % DAY_MINUTES
    const end = start + to - from
    return `${formatTime(start)}-${formatTime(end > DAY_MINUTES ? end - DAY_MINUTES : end)}`
  })
  return [...byTime]
    .map(
      ([time, spans]) =>
        `${formatDays(spans.map(({ from }) => Math.floor(from / DAY_MINUTES)))} ${time}`,
    )
    .join('; ')
}

function formatDays(days: readonly number[]): string {
  return days.map((day) => DAYS[day % 7]).join(',')
}

function formatTime(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
