import { z } from 'zod'

/** Names as Kubernetes has them (RFC 1123); a uid also becomes part of a container's name. */
export const podReference = z.object({
  namespace: z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/),
  name: z
    .string()
    .max(253)
    .regex(/^[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?$/),
  uid: z.string().regex(/^[0-9a-z](?:[-0-9a-z]{0,62}[0-9a-z])?$/i),
})

/** Which pod is meant. Its name is given again to what replaces it; its uid never is. */
export type PodReference = z.infer<typeof podReference>

/** Returns what stays the same of a pod when it is replaced. */
export function instanceOf({ namespace, name }: Pick<PodReference, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}
