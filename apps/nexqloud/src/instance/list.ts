import { labels } from '@nexqloud/control'
import { ageOf } from '@nexqloud/kube'

import { formatTable, printResult } from '../fields.ts'
import { inOneLine } from '../printable.ts'
import type { Shell } from '../shell.ts'
import { urlsOf } from './address.ts'
import { InvalidRequestError } from './errors.ts'
import { gatherGroups, type GroupRow, type Row } from './group-rows.ts'
import { withInstances, type InstanceOptions, type InstanceSession } from './instance-session.ts'
import { isAtRest, stateOf, type InstanceState } from './state.ts'
import { troubleOf } from './trouble.ts'
import { readViews } from './view.ts'

/** What `nexqloud ps` was asked. */
export type ListOptions = InstanceOptions & {
  readonly all?: boolean
  readonly watch?: boolean
  /** Each of a large group, too. */
  readonly each?: boolean
}

/** Between two looks of a watch: milliseconds. */
const LOOK_MS = 1000

/** Lists the instances that run or are to run; with `--all` those at rest, too. */
export async function listInstances(options: ListOptions, shell: Shell): Promise<void> {
  if (options.watch === true && options.json === true) {
    throw new InvalidRequestError(['--json prints one document: leave --watch out.'], 'ps')
  }
  await withInstances(options, shell, async (session) => {
    if (options.watch === true) return watch(session, options)
    const { rows, count } = await readRows(session, options)
    const document = rows.map(({ state, trouble }) => ({
      ...state,
      urls: urlsOf(state, session),
      ...(trouble !== undefined && { why: trouble }),
    }))
    printResult(
      {
        document: { instances: document },
        lines: linesOf(session, options.each === true ? rows : gatherGroups(rows), count),
      },
      { ...shell, json: options.json },
    )
  })
}

async function readRows(session: InstanceSession, { all = false }: ListOptions) {
  const nowMs = session.shell.clock.wallMs()
  const views = await readViews(session)
  const rows = views
    .map((view) => {
      const state = stateOf(view, nowMs)
      return {
        state,
        trouble: troubleOf(view),
        isResting: isAtRest(state, view),
        group: view.instance.metadata?.labels?.[labels.group],
      }
    })
    .filter(({ isResting }) => all || !isResting)
  return { rows, count: views.length }
}

/** Prints the table, and each row again that is not as it was, until the signal aborts: also of what comes to rest meanwhile. */
async function watch(session: InstanceSession, options: ListOptions): Promise<void> {
  const { clock, signal, printer } = session.shell
  let told: ReadonlyMap<string, string> = new Map()
  let isFirst = true
  while (!signal.aborted) {
    const { rows: all } = await readRows(session, { ...options, all: true })
    const rows = all.filter(
      ({ state, isResting }) => options.all === true || !isResting || told.has(state.name),
    )
    const now = new Map(
      rows.map((row) => [row.state.name, JSON.stringify([row.state, row.trouble])]),
    )
    const changed = rows.filter(({ state: { name } }) => now.get(name) !== told.get(name))
    const [head = '', ...lines] = formatTable([
      heads,
      ...changed.map((row) => cellsOf(row, clock.wallMs())),
    ])
    const gone = [...told.keys()].filter((name) => !now.has(name))
    for (const line of isFirst ? [head, ...lines] : lines) printer.line(line)
    for (const name of gone) printer.line(`${name}  removed`)
    told = now
    isFirst = false
    await clock.delay(LOOK_MS, signal)
  }
}

const heads = ['NAME', 'IMAGE', 'STATUS', 'DEVICE', 'ADDRESS:PORTS', 'RESTARTS', 'AGE', 'WHY']

function linesOf(
  { shell: { clock } }: InstanceSession,
  rows: readonly (Row | GroupRow)[],
  count: number,
): readonly string[] {
  if (rows.length === 0) {
    if (count === 0) return ['No instances: nexqloud run IMAGE launches one.']
    return [`No instance runs; ${count} at rest: nexqloud ps --all shows them.`]
  }
  const nowMs = clock.wallMs()
  return formatTable([
    heads,
    ...rows.map((row) => ('rows' in row ? groupCellsOf(row, nowMs) : cellsOf(row, nowMs))),
  ])
}

function cellsOf({ state, trouble }: Row, nowMs: number): readonly string[] {
  const { name, image, device = '', restarts, createdAt } = state
  const why = trouble === undefined ? '' : toCell(`${trouble.reason}: ${trouble.message}`)
  const age = ageOf(createdAt, nowMs)
  return [name, image, statusCell(state, nowMs), device, placeOf(state), `${restarts}`, age, why]
}

function groupCellsOf(
  { group, rows, statuses, devices, restarts, trouble }: GroupRow,
  nowMs: number,
): readonly string[] {
  const [first] = rows
  const status = statuses.map(([name, count]) => `${count} ${name}`).join(', ')
  const why = trouble && `${trouble.count}: ${trouble.trouble.reason}: ${trouble.trouble.message}`
  return [
    `${group}-… (${rows.length})`,
    first?.state.image ?? '',
    status,
    `${devices} devices`,
    '',
    `${restarts}`,
    ageOf(first?.state.createdAt, nowMs),
    toCell(why ?? ''),
  ]
}

/** Returns a status with how long it has been so. */
export function statusCell({ status, isReady, since }: InstanceState, nowMs: number): string {
  const word = status === 'Running' && !isReady ? 'Running, not ready' : status
  return since === undefined ? word : `${word} (${ageOf(since, nowMs)})`
}

function placeOf({ address, ports }: InstanceState): string {
  if (address === undefined) return ''
  return ports.length === 0 ? address : `${address}:${ports.map(({ port }) => port).join(',')}`
}

/** A cell is one line, and no long one. */
function toCell(text: string): string {
  const line = inOneLine(text)
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}
