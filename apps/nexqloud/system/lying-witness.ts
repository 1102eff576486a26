/** Has the masternode in this process write down half of what it saw. It is loaded before the program. */

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const honest = 'Math.min(ms, minuteMs) / 1000'
const lie = 'Math.min(ms, minuteMs) / 2000'

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    if (!url.endsWith('/witness/minute-pages.ts')) return loaded
    const source = readFileSync(new URL(url), 'utf8')
    if (!source.includes(honest)) throw new Error(`${url} counts otherwise than this lie expects.`)
    return { ...loaded, source: source.replace(honest, lie) }
  },
})
