import type { Instance } from '@nexqloud/control'
import { parseImageReference } from '@nexqloud/engine'
import { parseQuantity } from '@nexqloud/rules'

import { isDnsLabel, toDnsLabel } from './dns-label.ts'
import { InvalidRequestError } from './errors.ts'
import { parseLabel } from './label.ts'
import { parsePort, toContainerPorts, type PortRequest } from './port.ts'
import { resourcesOf, sizeNames, usualResources } from './size.ts'

/** What `nexqloud run` was asked, besides where. */
export type RequestOptions = {
  readonly publish?: readonly string[]
  readonly env?: readonly string[]
  readonly label?: readonly string[]
  readonly name?: string
  readonly type?: string
  readonly cpu?: string
  readonly memory?: string
  readonly restart: 'always' | 'never'
  readonly pullSecret?: string
  readonly priority?: number
}

/** An instance that is wanted. */
export type InstanceRequest = {
  readonly name: string
  /** A name that was chosen is not changed where it is taken. */
  readonly isNameChosen: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly spec: Instance['spec']
}

/** Docker's least: bytes. */
const LEAST_MEMORY = 6 * 2 ** 20

/**
 * Returns the instance that a command line asks for; nothing is sent where it is wrong.
 *
 * @throws {@link InvalidRequestError} which names all that is wrong.
 */
export function parseRequest(
  image: string,
  command: readonly string[],
  options: RequestOptions,
): InstanceRequest {
  const problems: string[] = []
  const take = <Value>(parsed: Value | string): readonly Value[] => {
    if (typeof parsed !== 'string') return [parsed]
    problems.push(parsed)
    return []
  }
  const name = nameOf(image, options.name, problems)
  const ports = (options.publish ?? []).flatMap((text) => take(parsePort(text)))
  problems.push(...repeated(ports))
  const env = (options.env ?? []).flatMap((text) => take(parseVariable(text)))
  const labels = Object.fromEntries((options.label ?? []).flatMap((text) => take(parseLabel(text))))
  const resources = parseResources(options, problems)
  if (problems.length > 0) throw new InvalidRequestError(problems, 'run')
  const container = {
    name: 'main',
    image,
    ...(command.length > 0 && { args: [...command] }),
    ...(ports.length > 0 && { ports: toContainerPorts(ports), readinessProbe: probeOf(ports) }),
    ...(env.length > 0 && { env }),
    ...(resources !== undefined && { resources }),
  }
  const spec = {
    schedulerName: 'nexqloud',
    restartPolicy: options.restart === 'never' ? 'Never' : 'Always',
    ...(options.pullSecret !== undefined && { imagePullSecrets: [{ name: options.pullSecret }] }),
    containers: [container],
  }
  return {
    name,
    isNameChosen: options.name !== undefined,
    labels,
    spec: {
      runStrategy: 'Always',
      ...(options.priority !== undefined && { priority: options.priority }),
      template: { spec },
    },
  }
}

/** Visitors wait while a server is only starting, and who launched it is told where none listens. */
function probeOf([first]: readonly PortRequest[]) {
  return { tcpSocket: { port: first?.containerPort ?? 0 }, periodSeconds: 1 }
}

function nameOf(image: string, chosen: string | undefined, problems: string[]): string {
  const fromImage = imageName(image)
  if (fromImage === undefined) {
    problems.push(`"${image}" is not the name of an image: write [registry/]repository[:tag].`)
  }
  if (chosen !== undefined && !isDnsLabel(chosen)) {
    problems.push(
      `--name ${chosen} is no name: 1 to 63 small letters, digits and "-", which is neither first nor last.`,
    )
  }
  return chosen ?? fromImage ?? ''
}

/** Returns the last part of an image's path as a name: `nginx` of `docker.io/library/nginx:1.29`. */
function imageName(image: string): string | undefined {
  try {
    const { repository } = parseImageReference(image)
    return toDnsLabel(repository.split('/').at(-1) ?? '') ?? 'instance'
  } catch {
    return undefined
  }
}

function repeated(ports: readonly PortRequest[]): readonly string[] {
  const numbers = ports.map(({ containerPort }) => containerPort)
  const twice = new Set(numbers.filter((port, index) => numbers.indexOf(port) !== index))
  return [...twice].map((port) => `-p ${port} is there twice.`)
}

/** Source: names of variables as Kubernetes takes them, k8s.io/apimachinery `IsEnvVarName`, strict. */
const VARIABLE = /^[A-Za-z_.-][A-Za-z0-9_.-]*$/

function parseVariable(text: string): { readonly name: string; readonly value: string } | string {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(0, equals))
  if (VARIABLE.test(name)) return { name, value: text.slice(equals + 1) }
  return `-e ${text} is no variable: write NAME=VALUE; nothing is taken from your own environment.`
}

function parseResources(
  { type, ...own }: Pick<RequestOptions, 'type' | 'cpu' | 'memory'>,
  problems: string[],
) {
  const wanted = parseWanted(own, problems)
  if (type === undefined) {
    const { requests, limits } = usualResources
    return { requests: { ...requests, ...wanted }, limits: { ...limits, ...wanted } }
  }
  if (Object.keys(wanted).length > 0) {
    problems.push('--type says CPU and memory already: leave --cpu and --memory out.')
  }
  const resources = resourcesOf(type)
  if (resources === undefined) {
    problems.push(`--type ${type} is no size; there are ${sizeNames.join(', ')}.`)
  }
  return resources
}

function parseWanted(
  { cpu, memory }: Pick<RequestOptions, 'cpu' | 'memory'>,
  problems: string[],
): Readonly<Record<string, string>> {
  if (cpu !== undefined && (parseQuantity(cpu, 'milli', 'down') ?? 0) < 1) {
    problems.push(`--cpu ${cpu} is no amount of CPU: write e.g. 2, 0.5 or 500m.`)
  }
  if (memory !== undefined) problems.push(...memoryProblems(memory))
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) }
}

function memoryProblems(memory: string): readonly string[] {
  const bytes = parseQuantity(memory, 'whole', 'down')
  if (bytes === undefined) return [`--memory ${memory} is no amount: write e.g. 512Mi or 2Gi.`]
  if (bytes >= LEAST_MEMORY) return []
  const why = memory.endsWith('m') ? `; "m" is a thousandth, 512Mi are 512 MiB` : ''
  return [`--memory ${memory} is less than the 6 MiB that a container takes${why}.`]
}
