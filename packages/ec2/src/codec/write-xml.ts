import type {
  Element,
  ScalarShape,
  Shape,
  StructureShape,
  TimestampFormat,
  Value,
} from '../model/shape.ts'
import { AnswerFormError } from './errors.ts'
import type { Fields } from './read-query.ts'

/** Writes a value of a shape into the text of an element; its place is told where it is none. */
type Write = (value: Value, name: string) => string

/**
 * Returns what writes the members of a structure as XML. It is made of functions that know their shapes: a shape is looked at once, and not for
 * each value.
 *
 * @throws {@link AnswerFormError} where what is written is no value of the shape.
 */
export function createXmlWriter(shape: StructureShape): (fields: Fields) => string {
  return membersOf(shape)
}

const compiled = new WeakMap<StructureShape, (fields: Fields) => string>()

function membersOf(shape: StructureShape): (fields: Fields) => string {
  const known = compiled.get(shape)
  if (known !== undefined) return known
  // A shape may be within itself.
  let own: (fields: Fields) => string = () => ''
  compiled.set(shape, (fields) => own(fields))
  const parts = shape.members
    .filter(({ traits }) => traits.xmlAttribute !== true)
    .map((member) => {
      const write = writerOf(member)
      return { name: member.name, tag: member.traits.xmlName ?? member.name, write }
    })
  own = (fields) => {
    let text = ''
    for (const { name, tag, write } of parts) {
      const value = fields[name]
      if (value !== undefined && value !== null) text += write(value, tag)
    }
    return text
  }
  compiled.set(shape, own)
  return own
}

function writerOf({ shape, traits }: Element): Write {
  if (shape.type === 'structure') return writeStructure(shape)
  if (shape.type === 'list') return writeList(shape.element, traits.xmlFlattened === true)
  if (shape.type === 'map') return writeMap(shape, traits.xmlFlattened === true)
  return writeScalar(shape, traits.timestampFormat)
}

function writeStructure(shape: StructureShape): Write {
  const attributes = shape.members.filter(({ traits }) => traits.xmlAttribute === true)
  const write = membersOf(shape)
  if (attributes.length === 0)
    return (value, name) => `<${name}>${write(asFields(value, name))}</${name}>`
  return (value, name) => {
    const fields = asFields(value, name)
    const head = attributes
      .map(({ name: own, traits }) => {
        const text = fields[own]
        return typeof text === 'string' ? ` ${traits.xmlName ?? own}="${escapeXml(text)}"` : ''
      })
      .join('')
    return `<${name}${head}>${write(fields)}</${name}>`
  }
}

function writeList(element: Element, isFlat: boolean): Write {
  const write = lazily(element)
  const tag = element.traits.xmlName ?? 'member'
  return (value, name) => {
    if (!Array.isArray(value)) throw new AnswerFormError(name, 'no list')
    let text = ''
    for (const each of value as readonly Value[]) text += write(each, isFlat ? name : tag)
    return isFlat ? text : `<${name}>${text}</${name}>`
  }
}

function writeMap(
  { key, value: valueElement }: Extract<Shape, { type: 'map' }>,
  isFlat: boolean,
): Write {
  const write = lazily(valueElement)
  const [keyTag, valueTag] = [key.traits.xmlName ?? 'key', valueElement.traits.xmlName ?? 'value']
  return (value, name) => {
    const rows = Object.entries(asFields(value, name)).map(([own, each]) => {
      const row = `<${keyTag}>${escapeXml(own)}</${keyTag}>${each === undefined ? '' : write(each, valueTag)}`
      return isFlat ? `<${name}>${row}</${name}>` : `<entry>${row}</entry>`
    })
    return isFlat ? rows.join('') : `<${name}>${rows.join('')}</${name}>`
  }
}

/** A list's elements may hold such a list. */
function lazily(element: Element): Write {
  let write: Write | undefined
  return (value, name) => {
    write ??= writerOf(element)
    return write(value, name)
  }
}

function writeScalar({ type }: ScalarShape, format: TimestampFormat | undefined): Write {
  if (type === 'string') {
    return (value, name) => {
      if (typeof value !== 'string') throw new AnswerFormError(name, 'no text')
      return `<${name}>${escapeXml(value)}</${name}>`
    }
  }
  return (value, name) => `<${name}>${texts[type](value, name, format)}</${name}>`
}

type Text = (value: Value, name: string, format: TimestampFormat | undefined) => string

const texts: Readonly<Record<Exclude<ScalarShape['type'], 'string'>, Text>> = {
  boolean: (value, name) => {
    if (typeof value !== 'boolean') throw new AnswerFormError(name, 'neither true nor false')
    return String(value)
  },
  integer: writeNumber,
  float: writeNumber,
  timestamp: (value, name, format) => {
    const date = momentOf(value)
    if (date === undefined) throw new AnswerFormError(name, 'no moment')
    return formatTimestamp(date, format)
  },
  blob: (value, name) => {
    if (!(value instanceof Uint8Array)) throw new AnswerFormError(name, 'no bytes')
    return Buffer.from(value).toString('base64')
  },
}

function writeNumber(value: Value, name: string): string {
  if (typeof value !== 'number') throw new AnswerFormError(name, 'no number')
  return String(value)
}

/** Objects of the Kubernetes API keep moments as ISO 8601 texts. */
function momentOf(value: Value): Date | undefined {
  if (typeof value !== 'string') return value instanceof Date ? value : undefined
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Returns a moment as a protocol wants it. */
function formatTimestamp(date: Date, format: TimestampFormat | undefined): string {
  if (format === 'epoch-seconds') return String(date.getTime() / 1000)
  return format === 'http-date' ? date.toUTCString() : date.toISOString()
}

function asFields(value: Value, name: string): Fields {
  if (typeof value !== 'object' || Array.isArray(value))
    throw new AnswerFormError(name, 'no structure')
  return value as Fields
}

/** What is written as it is; pairs of surrogates are looked at more closely. */
const SPECIAL = /[&<>"\r]|[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/
/** Source: XML 1.0, production 2. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

/** Returns text as XML 1.0 holds it; characters that it cannot hold at all are replaced by U+FFFD. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text
  return text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>"\r]/g, (each) => entities[each] ?? each)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}
