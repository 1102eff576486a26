import { instances } from '@nexqloud/control'
import { BaseError } from '@nexqloud/kernel'
import { kinds, type Kind, type ObjectMeta } from '@nexqloud/kube'

import { printResult } from '../fields.ts'
import { withInstances, type InstanceOptions } from '../instance/instance-session.ts'
import type { Shell } from '../shell.ts'
import { writeOnce } from '../whole-file.ts'

/** Of which namespace, and whereto. */
export type ExportOptions = InstanceOptions & { readonly out?: string }

/** The file that was named is there, and holds something else. */
export class ExportThereError extends BaseError {
  constructor(file: string) {
    super(`${file} is there already, and was left as it is.`, {
      code: 'ACCOUNT_EXPORT_THERE',
      kind: 'conflict',
      hint: 'Name another file with --out, or remove that one.',
    })
  }
}

/** An object without what only this API knows of it. */
type Definition = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

type Stored = {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: ObjectMeta
  readonly status?: unknown
  readonly type?: string
}

/** What a tenant owns, and may take elsewhere. */
const exported: readonly Kind<Stored>[] = [kinds.secrets, kinds.configMaps, instances]
/** The API makes these by itself, or the network of what is gone: as a proof, and for receipts. */
const own = /^(kube-root-ca\.crt|erasure-receipt-.*|instance-labels-.*)$/

/**
 * Writes all that a namespace's tenant has defined as one list, as `kubectl apply -f` takes it back, here or elsewhere.
 *
 * @throws {@link ExportThereError} where the file is there.
 */
export async function exportAccount(options: ExportOptions, shell: Shell): Promise<void> {
  const { out, json } = options
  const items = await withInstances(options, shell, async ({ client, namespace }) => {
    const lists = exported.map(async (kind) => {
      const { items: found } = await client.list(kind, { namespace })
      return found.filter(isTenants).map((each) => definitionOf(kind, each))
    })
    return (await Promise.all(lists)).flat()
  })
  const list = { apiVersion: 'v1', kind: 'List', items }
  const text = `${JSON.stringify(list, null, 2)}\n`
  if (out === undefined) return shell.printer.line(text.trimEnd())
  if ((await writeOnce({ file: out, text })) !== text) throw new ExportThereError(out)
  printResult(
    {
      document: { file: out, objects: items.length },
      lines: [`${out} has ${items.length} objects; kubectl apply -f ${out} takes them back.`],
    },
    { printer: shell.printer, json },
  )
}

function isTenants({ metadata, type }: Stored): boolean {
  return !own.test(metadata?.name ?? '') && type !== 'kubernetes.io/service-account-token'
}

/** Its name, its labels and what it says, and nothing of where it has been. */
function definitionOf(kind: Kind<Stored>, stored: Stored): Definition {
  const { metadata = {}, status: _, apiVersion: __, kind: ___, ...spec } = stored
  const { name, namespace, labels, annotations } = metadata
  return {
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    kind: kind.kind,
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
    },
    ...spec,
  }
}
