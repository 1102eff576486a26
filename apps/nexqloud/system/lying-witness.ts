/** Has the masternode in this process write down that it saw nobody. It is loaded before the program. */

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const honest = 'describe(page, minute'
const lie = 'describe(undefined, minute'

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    if (!url.endsWith('/witness/minute-pages.ts')) return loaded
    const source = readFileSync(new URL(url), 'utf8')
    if (!source.includes(honest)) throw new Error(`${url} writes otherwise than this lie expects.`)
    return { ...loaded, source: source.replace(honest, lie) }
  },
})
