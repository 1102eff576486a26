import type { ImageReference } from '@nexqloud/engine'
import { z } from 'zod'

import { parseJson } from '../../parse-json.ts'
import type { Get } from './get-publicly.ts'

const tokens = z.object({
  token: z.string().exactOptional(),
  access_token: z.string().exactOptional(),
})

/** Returns a token that everybody gets, as a registry's challenge says; nothing where there is none. Source: distribution's token specification. */
export async function readToken(
  get: Get,
  challenge: string,
  { repository }: Pick<ImageReference, 'repository'>,
): Promise<string | undefined> {
  const { realm, service } = parametersOf(challenge)
  if (realm === undefined || !URL.canParse(realm)) return undefined
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', `repository:${repository}:pull`)
  const { status, body } = await get(url, { accept: 'application/json' })
  const parsed = status === 200 ? tokens.safeParse(parseJson(body)) : undefined
  return parsed?.data?.token ?? parsed?.data?.access_token
}

function parametersOf(challenge: string): Readonly<Record<string, string | undefined>> {
  if (!/^bearer /i.test(challenge)) return {}
  const found = [...challenge.matchAll(/(\w+)="([^"]*)"/g)]
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]))
}
