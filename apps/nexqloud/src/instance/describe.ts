import { limitsOf, type InstanceRecord } from '@nexqloud/control'
import { ageOf } from '@nexqloud/kube'

import { formatFields, formatTable, printResult, type Field } from '../fields.ts'
import { inOneLine } from '../printable.ts'
import type { Shell } from '../shell.ts'
import { urlsOf } from './address.ts'
import { engineInWords, readEngine } from './engine.ts'
import { mergeHappenings, type Happening } from './happenings.ts'
import { withInstances, type InstanceOptions, type InstanceSession } from './instance-session.ts'
import { statusCell } from './list.ts'
import { outageLines, readRecord } from './recorded.ts'
import { containerOf, stateOf } from './state.ts'
import { troubleOf } from './trouble.ts'
import { findView, readView, timeOf, type InstanceView } from './view.ts'

/** Shows all that is known of an instance, on one screen. */
export async function describeInstance(
  name: string,
  options: InstanceOptions,
  shell: Shell,
): Promise<void> {
  await withInstances(options, shell, async (session) => {
    const record = await readRecord(session, name)
    const view = await readView(session, name)
    if (view === undefined && record !== undefined) {
      return printResult(describeRemoved(session, name, record), { ...shell, json: options.json })
    }
    const found = view ?? (await findView(session, name))
    const engine = await readEngine(session, found.pod?.spec?.nodeName)
    const description = describeView(session, found, { record, engine })
    printResult(description, { ...shell, json: options.json })
  })
}

type Description = Parameters<typeof printResult>[0]

/** What is known beside what the instance says. */
type Beside = { readonly record: InstanceRecord | undefined; readonly engine: string | undefined }

function describeView(
  session: InstanceSession,
  view: InstanceView,
  { record, engine }: Beside,
): Description {
  const nowMs = session.shell.clock.wallMs()
  const { instance, events } = view
  const { lastStop, failures = [] } = instance.status ?? {}
  const trouble = troubleOf(view)
  const document = {
    ...stateOf(view, nowMs),
    urls: urlsOf(stateOf(view, nowMs), session),
    limits: limitsFor(view),
    ...(engine !== undefined && { engine }),
    ...(trouble !== undefined && { why: trouble }),
    ...(lastStop !== undefined && { lastStop }),
    failures,
    events: events.map((event) => {
      const { type, reason, message } = event
      return { at: timeOf(event), type, reason, message }
    }),
    ...(record !== undefined && { record }),
  }
  const lines = [
    ...formatFields(fieldsOf(session, view, engine)),
    ...section('why', trouble === undefined ? [] : [whyLine(trouble), trouble.hint]),
    ...section('stops', stopLines(view, nowMs)),
    ...section(record === undefined ? 'events' : 'history', [
      ...happeningLines(mergeHappenings(view.events, record), nowMs),
      ...(record === undefined ? [] : outageLines(record)),
    ]),
  ]
  return { document, lines }
}

/** What is not there any more has its history. */
function describeRemoved(
  { namespace, shell }: InstanceSession,
  name: string,
  record: InstanceRecord,
): Description {
  const status = 'removed'
  const fields: readonly Field[] = [
    ['name', `${name}, in the namespace ${namespace}`],
    ['status', status],
  ]
  const happenings = mergeHappenings([], record)
  const history = [...happeningLines(happenings, shell.clock.wallMs()), ...outageLines(record)]
  return {
    document: { name, namespace, status, record },
    lines: [...formatFields(fields), ...section('history', history)],
  }
}

function fieldsOf(
  session: InstanceSession,
  view: InstanceView,
  engine: string | undefined,
): readonly Field[] {
  const nowMs = session.shell.clock.wallMs()
  const state = stateOf(view, nowMs)
  const { args, env = [] } = containerOf(view) ?? {}
  const { cpu, memory } = limitsFor(view)
  const { restartPolicy } = view.instance.spec.template.spec
  const optional: readonly (readonly [label: string, value: string | undefined])[] = [
    ['device', state.device],
    ['engine', engineInWords(engine)],
    ['address', state.address],
    ...urlsOf(state, session).map((url, index) => [index === 0 ? 'URL' : '', url] as const),
    ['command', args?.join(' ')],
    // Values are often secrets.
    ['environment', env.length === 0 ? undefined : env.map((one) => one.name).join(', ')],
  ]
  return [
    ['name', `${state.name}, in the namespace ${state.namespace}`],
    ['image', state.image],
    ['status', statusCell(state, nowMs)],
    ...optional.flatMap(([label, value]): readonly Field[] =>
      value === undefined ? [] : [[label, value]],
    ),
    ['limits', `${cpu} CPU, ${memory} memory`],
    [
      'restart',
      restartPolicy === 'Never' ? 'never' : `always; ${state.restarts} times since it was placed`,
    ],
    ['age', ageOf(state.createdAt, nowMs)],
  ]
}

function limitsFor(view: InstanceView) {
  const container = containerOf(view)
  return limitsOf(container ?? { name: '' })
}

function whyLine({ reason, message }: { readonly reason: string; readonly message: string }) {
  return `${reason}: ${message}`
}

function stopLines({ instance }: InstanceView, nowMs: number): readonly string[] {
  const { lastStop, failures = [] } = instance.status ?? {}
  const last =
    lastStop === undefined
      ? []
      : [
          `${ageOf(lastStop.at, nowMs)} ago ${lastStop.cause}, by ${lastStop.actor}, on ${lastStop.device || 'no device'}: ${lastStop.evidence}`,
        ]
  const earlier = failures.map(
    ({ device, reason, times }) => `${device} was left ${times} times, the last one for ${reason}`,
  )
  return [...last, ...earlier]
}

/** Lines of a history that are shown. */
const SHOWN = 50

function happeningLines(happenings: readonly Happening[], nowMs: number): readonly string[] {
  const rows = happenings.slice(-SHOWN).map(({ at, cause, device, message }) => {
    return [`${ageOf(at, nowMs)} ago`, cause, device, inOneLine(message)]
  })
  return formatTable(rows)
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}
