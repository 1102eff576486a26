import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { files, packages, read, root } from './workspace.ts'

const documents = files.filter((file) => file.endsWith('.md') && existsSync(join(root, file)))

describe.each(documents)('%s', (document) => {
  test('links to what exists', () => {
    const broken = linksOf(read(document)).filter((link) => !isReachable(document, link))
    expect(broken).toEqual([])
  })
})

test('ARCHITECTURE.md has a row for each package, and for nothing else', () => {
  const rows = [...read('ARCHITECTURE.md').matchAll(/^\| \[`([^`]+)`\]/gm)].map(([, name]) => name)
  const folders = [...packages.map(({ folder }) => folder), 'test']
  expect(new Set(rows)).toEqual(new Set(folders))
  expect(rows).toHaveLength(folders.length)
})

test('ARCHITECTURE.md says of each package which of the others it depends on', () => {
  const rows = read('ARCHITECTURE.md').matchAll(/^\| \[`([^`]+)`\].*\| ([^|]+) \|$/gm)
  const said = new Map([...rows].map(([, name, cell = '']) => [name, cell.split(', ')]))
  const found = packages.map(({ folder }) => {
    const names = said.get(folder) ?? []
    return [folder, names.filter((name) => ourNames.has(name)).toSorted()]
  })
  const manifests = packages.map(({ folder, manifest: { dependencies = {} } }) => [
    folder,
    Object.keys(dependencies).filter(isOurs).map(ownName).toSorted(),
  ])
  expect(found).toEqual(manifests)
})

const isOurs = (name: string) => name.startsWith('@nexqloud/')
const ownName = (name: string) => name.replace('@nexqloud/', '')
const ourNames = new Set(packages.map(({ manifest }) => ownName(manifest.name)))

test('the index of decisions names each decision, in order', () => {
  const listed = [...read('docs/adr/README.md').matchAll(/^\| \[(\d{4})\]\(([^)]+)\)/gm)]
  const decisions = files.filter((file) => /^docs\/adr\/\d{4}-.*\.md$/.test(file))
  expect(listed.map(([, , target]) => `docs/adr/${target}`)).toEqual(decisions)
  expect(listed.every(([, number = '', target = '']) => target.startsWith(number))).toBe(true)
})

test.each(documents.filter((file) => /^docs\/adr\/\d{4}-/.test(file)))(
  '%s gives context, alternatives, decision and consequences',
  (decision) => {
    const paragraphs = [...read(decision).matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, name]) => name)
    expect(paragraphs).toEqual(
      expect.arrayContaining(['Context', 'Alternatives', 'Decision', 'Consequences']),
    )
  },
)

/** Returns the targets of a document's links, those in code left out. */
function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** A link into the repository leads to a file, and its fragment to a heading; other links are not followed. */
function isReachable(document: string, link: string): boolean {
  if (/^[a-z]+:/.test(link)) return true
  const [path = '', fragment] = link.split('#')
  const target = path === '' ? document : join(dirname(document), path)
  if (!existsSync(join(root, target))) return false
  return fragment === undefined || headingsOf(read(target)).includes(fragment)
}

/** Returns the anchors of a document's headings, as GitHub makes them. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
