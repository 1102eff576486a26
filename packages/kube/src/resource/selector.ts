import type { KubeObject } from '../object.ts'
import { statusError } from '../status-error.ts'
import type { ResourceType } from './resource-type.ts'

/** Whether an object is among those that were asked for. */
export type Selector = (object: KubeObject) => boolean

type Test = (value: string | undefined) => boolean

/**
 * Returns the selector for both texts of a request; nothing where both are empty.
 *
 * @throws {@link StatusError} where a text is none, or names a field that the kind is not selected by.
 */
export function parseSelectors(
  type: ResourceType,
  texts: { readonly label: string; readonly field: string },
): Selector | undefined {
  const tests = [...labelTests(texts.label), ...fieldTests(type, texts.field)]
  if (tests.length === 0) return undefined
  return (object) => tests.every((test) => test(object))
}

/** Returns the name that a field selector demands; nothing where it demands none. */
export function selectedName(field: string): string | undefined {
  return /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/.exec(field)?.[1]
}

const forms: readonly (readonly [RegExp, (values: readonly string[]) => Test])[] = [
  [/^([^!=\s(),]+)\s*(?:==|=)\s*([^!=\s(),]*)$/, (values) => (value) => value === values[0]],
  [/^([^!=\s(),]+)\s*!=\s*([^!=\s(),]*)$/, (values) => (value) => value !== values[0]],
  [/^([^!=\s(),]+)\s+in\s+\(([^()]*)\)$/, (values) => (value) => values.includes(value ?? '\0')],
  [
    /^([^!=\s(),]+)\s+notin\s+\(([^()]*)\)$/,
    (values) => (value) => !values.includes(value ?? '\0'),
  ],
  [/^!\s*([^!=\s(),]+)$/, () => (value) => value === undefined],
  [/^([^!=\s(),]+)$/, () => (value) => value !== undefined],
]

function labelTests(text: string): readonly Selector[] {
  const parts = splitRequirements(text).map((part) => part.trim())
  return parts.filter((part) => part !== '').map(labelTest)
}

/** A comma inside of brackets parts values, not requirements. */
function splitRequirements(text: string): readonly string[] {
  const parts: string[] = []
  let open = ''
  for (const part of text.split(',')) {
    const joined = open === '' ? part : `${open},${part}`
    const isOpen =
      part.lastIndexOf('(') > part.lastIndexOf(')') || (open !== '' && !part.includes(')'))
    if (isOpen) open = joined
    else {
      parts.push(joined)
      open = ''
    }
  }
  return open === '' ? parts : [...parts, open]
}

function labelTest(part: string): Selector {
  for (const [form, createTest] of forms) {
    const [, key = '', list = ''] = form.exec(part) ?? []
    if (key === '') continue
    const test = createTest(list.split(',').map((value) => value.trim()))
    return ({ metadata: { labels = {} } }) =>
      test(Object.hasOwn(labels, key) ? labels[key] : undefined)
  }
  throw statusError('BadRequest', `unable to parse requirement: ${part}`, {
    hint: 'Write e.g. app=web, app!=web, app in (a,b), app or !app, joined by commas.',
  })
}

function fieldTests(type: ResourceType, text: string): readonly Selector[] {
  const parts = text.split(',').filter((part) => part !== '')
  return parts.map((part) => {
    const [, label = '', sign = '', value = ''] = /^([^!=]+)(==|!=|=)(.*)$/.exec(part) ?? []
    if (label === '') throw statusError('BadRequest', `invalid field selector: ${part}`)
    const read = readerOf(type, label)
    return (object) => (read(object) === value) === (sign !== '!=')
  })
}

function readerOf(type: ResourceType, label: string): (object: KubeObject) => string {
  if (label === 'metadata.name') return ({ metadata }) => metadata.name ?? ''
  if (label === 'metadata.namespace') return ({ metadata }) => metadata.namespace ?? ''
  const read = Object.hasOwn(type.selectable, label) ? type.selectable[label] : undefined
  if (read !== undefined) return read
  const known = ['metadata.name', 'metadata.namespace', ...Object.keys(type.selectable)]
  throw statusError('BadRequest', `field label not supported: ${label}`, {
    hint: `${type.plural} are selected by ${known.join(', ')}.`,
  })
}
