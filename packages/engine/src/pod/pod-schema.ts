import { z } from 'zod'

import { CAPABILITIES } from '../container/specification.ts'
import { parseQuantityMilli } from './quantity.ts'

/**
 * What a tenant may write in a pod's specification (Kubernetes' core/v1 PodSpec): a list of what is allowed, so that a
 * field that Kubernetes gains is refused until somebody has thought about it.
 */

const name = z
  .string()
  .regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, 'is not a name of letters, digits and dashes')
const text = z.string().max(131_072)
const words = z.array(text).max(1024)
const path = z
  .string()
  .max(1024)
  .regex(/^\/[^:,\0]*$/, 'is not an absolute path')
  .refine((value) => !value.split('/').includes('..'), 'leads out of where it begins')
const port = z.int().min(1).max(65_535)
const id = z.int().min(0).max(4_294_967_294)

const quantity = z.union([z.string(), z.number().transform(String)]).transform((value, context) => {
  const milli = parseQuantityMilli(value)
  if (milli === undefined) context.addIssue({ code: 'custom', message: 'is not a quantity' })
  return milli ?? 0
})

/** Fields of the cluster's own, which are for the scheduler or the masternode. */
const forOthers = z.unknown().optional()

const limits = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() })

const httpHeader = z.strictObject({
  name: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/),
  value: z.string().regex(/^[\t\x20-\x7e]*$/),
})

const handlers = {
  /** Without `host`: a probe goes to its container, not wherever the device could reach. */
  httpGet: z
    .strictObject({
      path: z
        .string()
        .regex(/^[\x21-\x7e]*$/)
        .max(2048)
        .optional(),
      port: z.union([port, name]),
      scheme: z.enum(['HTTP', 'HTTPS']).optional(),
      httpHeaders: z.array(httpHeader).max(64).optional(),
    })
    .optional(),
  tcpSocket: z.strictObject({ port: z.union([port, name]) }).optional(),
  exec: z.strictObject({ command: words.min(1) }).optional(),
}

const probeFields = {
  ...handlers,
  initialDelaySeconds: z.int().min(0).max(86_400).optional(),
  periodSeconds: z.int().min(1).max(86_400).optional(),
  timeoutSeconds: z.int().min(1).max(3600).optional(),
  failureThreshold: z.int().min(1).max(100_000).optional(),
}

const hasOneHandler = ({
  httpGet,
  tcpSocket,
  exec,
}: Partial<Record<keyof typeof handlers, unknown>>) =>
  [httpGet, tcpSocket, exec].filter((handler) => handler !== undefined).length === 1

const NEEDS_HANDLER = 'needs one of httpGet, tcpSocket and exec'

/** One success is enough, as in Kubernetes. */
const lifeProbe = z
  .strictObject({ ...probeFields, successThreshold: z.literal(1).optional() })
  .refine(hasOneHandler, NEEDS_HANDLER)

const readinessProbe = z
  .strictObject({ ...probeFields, successThreshold: z.int().min(1).max(1000).optional() })
  .refine(hasOneHandler, NEEDS_HANDLER)

const containerSecurity = z.strictObject({
  runAsUser: id.optional(),
  runAsGroup: id.optional(),
  runAsNonRoot: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  privileged: z.literal(false).optional(),
  allowPrivilegeEscalation: z.literal(false).optional(),
  procMount: z.literal('Default').optional(),
  seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }).optional(),
  capabilities: z
    .strictObject({
      add: z.array(z.enum(CAPABILITIES)).optional(),
      drop: z.array(z.string()).optional(),
    })
    .optional(),
})

const podSecurity = z.strictObject({
  runAsUser: id.optional(),
  runAsGroup: id.optional(),
  runAsNonRoot: z.boolean().optional(),
  seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }).optional(),
})

const container = z.strictObject({
  name,
  image: z.string().min(1).max(512),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  command: words.optional(),
  args: words.optional(),
  workingDir: path.optional(),
  env: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[^=\0]+$/),
        value: text.regex(/^[^\0]*$/).optional(),
      }),
    )
    .max(1024)
    .optional(),
  ports: z
    .array(
      z.strictObject({
        name: name.optional(),
        containerPort: port,
        protocol: z.enum(['TCP', 'UDP']).optional(),
      }),
    )
    .max(256)
    .optional(),
  resources: z.strictObject({ limits, requests: limits.optional() }),
  volumeMounts: z
    .array(z.strictObject({ name, mountPath: path, readOnly: z.literal(false).optional() }))
    .max(64)
    .optional(),
  livenessProbe: lifeProbe.optional(),
  readinessProbe: readinessProbe.optional(),
  startupProbe: lifeProbe.optional(),
  securityContext: containerSecurity.optional(),
  stdin: z.literal(false).optional(),
  tty: z.boolean().optional(),
  terminationMessagePath: forOthers,
  terminationMessagePolicy: forOthers,
})

const volume = z.strictObject({
  name,
  emptyDir: z.strictObject({ medium: z.literal('Memory'), sizeLimit: quantity }),
})

export const podSpec = z.strictObject({
  containers: z.array(container).min(1).max(16),
  volumes: z.array(volume).max(64).optional(),
  restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).optional(),
  terminationGracePeriodSeconds: z.int().min(0).max(3600).optional(),
  securityContext: podSecurity.optional(),
  hostNetwork: z.literal(false).optional(),
  hostPID: z.literal(false).optional(),
  hostIPC: z.literal(false).optional(),
  automountServiceAccountToken: z.literal(false).optional(),
  dnsPolicy: z.enum(['ClusterFirst', 'Default']).optional(),
  enableServiceLinks: forOthers,
  imagePullSecrets: forOthers,
  nodeName: forOthers,
  nodeSelector: forOthers,
  affinity: forOthers,
  tolerations: forOthers,
  topologySpreadConstraints: forOthers,
  schedulerName: forOthers,
  priority: forOthers,
  priorityClassName: forOthers,
  preemptionPolicy: forOthers,
  hostname: name.optional(),
})

/** A pod that asks for no more than it may; quantities are in thousandths. */
export type PodSpec = z.infer<typeof podSpec>
export type PodContainer = z.infer<typeof container>
export type PodProbe = z.infer<typeof readinessProbe>
