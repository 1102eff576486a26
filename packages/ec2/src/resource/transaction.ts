import type { Kind } from '@nexqloud/kube'

import { placeOf, type Caller } from '../account/caller.ts'
import { ActionError } from '../action/errors.ts'
import type { ImageSource, ResolvedImage } from '../action/image/image-source.ts'
import type { PublicAddresses } from '../address/public-addresses.ts'
import type { Region } from '../door/region.ts'
import type { MachinePlan } from '../machine/machine-object.ts'
import type { ConsoleOutput, MachineName, Machines, Sighting } from '../machine/machines.ts'
import type { SnapshotSighting, Volumes, VolumeSighting } from '../volume/volumes.ts'
import { wantedPlace } from '../volume/wanted-place.ts'
import { definedOf } from './defined.ts'
import type { Ec2Kind, InstanceGoal, Tagged, VolumeSpec } from './kinds.ts'
import { createResourceId } from './resource-id.ts'
import type { ResourceIndex } from './resource-index.ts'
import type { ResourceView } from './resource-view.ts'
import type { Resource } from './resource.ts'
import { writeOfChange, type Change } from './write-of-change.ts'
import type { Write } from './write.ts'

/** What a handler works on. */
export type TransactionParts = {
  readonly view: ResourceView
  readonly caller: Caller
  readonly regions: readonly Region[]
  readonly machines: Machines
  readonly volumes: Volumes
  readonly nowMs: number
  readonly publicAddresses: PublicAddresses
  /** Some answers say it once more. */
  readonly requestId?: string
  readonly images: ImageSource
}

/**
 * What an action sees and changes: it sees what it changed, and others see it once all of it is kept. Nothing is written by it: what it would
 * write is taken from it where the action was done.
 */
export class Transaction {
  readonly caller: Caller
  readonly regions: readonly Region[]
  /** Of now; an action sees one moment. */
  readonly nowMs: number
  readonly requestId: string
  /** Where images come from that are no account's. */
  readonly images: ImageSource
  readonly #view: ResourceView
  readonly #machines: Machines
  readonly #volumes: Volumes
  readonly #publicAddresses: PublicAddresses
  readonly #changed = new Map<string, Map<string, Change>>()
  readonly #others: Write[] = []
  readonly #held: string[] = []
  #created = 0

  constructor({
    view,
    caller,
    regions,
    machines,
    volumes,
    nowMs,
    publicAddresses,
    images,
    requestId = '',
  }: TransactionParts) {
    this.caller = caller
    this.regions = regions
    this.nowMs = nowMs
    this.requestId = requestId
    this.images = images
    this.#view = view
    this.#machines = machines
    this.#volumes = volumes
    this.#publicAddresses = publicAddresses
  }

  /** ISO 8601, of now. */
  get now(): string {
    return new Date(this.nowMs).toISOString()
  }

  /** The zones of the caller's region. */
  get zones(): Region['zones'] {
    return this.regions.find(({ name }) => name === this.caller.region)?.zones ?? []
  }

  find<Spec extends Tagged>(kind: Ec2Kind<Spec>, id: string): Resource<Spec> | undefined {
    const change = this.#changed.get(kind.plural)?.get(id)
    if (change !== undefined) return change.resource as Resource<Spec> | undefined
    return this.#view.get(kind, this.#place, id)
  }

  /** @throws {@link ActionError} with the code of the kind where there is none of the id. */
  get<Spec extends Tagged>(kind: Ec2Kind<Spec>, id: string): Resource<Spec> {
    const found = this.find(kind, id)
    if (found !== undefined) return found
    throw new ActionError(kind.notFound, `The ${kind.noun} '${id}' does not exist`)
  }

  /** Returns all of a kind, the older first. */
  list<Spec extends Tagged>(kind: Ec2Kind<Spec>): readonly Resource<Spec>[] {
    const changed = this.#changed.get(kind.plural)
    const kept = this.#view.list(kind, this.#place)
    if (changed === undefined) return kept
    const changes = [...changed.values()]
    const isOfNew = changes.every(({ type }) => type === 'create')
    const left = isOfNew ? kept : kept.filter(({ id }) => !changed.has(id))
    const own = changes.flatMap(({ resource }) => (resource ? [resource] : []))
    const all = [...left, ...(own as Resource<Spec>[])]
    // What is made here is newer than all that there was.
    const isSorted = own.every(({ order }) => order > (left.at(-1)?.order ?? ''))
    return isSorted ? all : all.toSorted((one, other) => (one.order < other.order ? -1 : 1))
  }

  /** Returns those of a kind that an index has under a key, the older first. */
  listBy<Spec extends Tagged>(index: ResourceIndex<Spec>, key: string): readonly Resource<Spec>[] {
    const changed = this.#changed.get(index.kind.plural)
    const kept = this.#view.listBy(index, this.#place, key)
    if (changed === undefined) return kept
    const left = kept.filter(({ id }) => !changed.has(id))
    const own = [...changed.values()].flatMap(({ resource }) => {
      const found = resource as Resource<Spec> | undefined
      return found !== undefined && index.keysOf(found.spec).includes(key) ? [found] : []
    })
    return [...left, ...own]
  }

  /** Returns how many of a kind an index had under a key before this action. */
  countBy<Spec extends Tagged>(index: ResourceIndex<Spec>, key: string): number {
    return this.#view.countBy(index, this.#place, key)
  }

  /** How many resources this action has made so far. */
  get created(): number {
    return this.#created
  }

  /** Returns how many there are of a kind. */
  count<Spec extends Tagged>(kind: Ec2Kind<Spec>): number {
    const changes = [...(this.#changed.get(kind.plural)?.values() ?? [])]
    const made = changes.filter(({ type }) => type === 'create').length
    const gone = changes.filter(({ type }) => type === 'delete').length
    return this.#view.count(kind, this.#place) + made - gone
  }

  /** Looks into another region of the account. */
  listIn<Spec extends Tagged>(kind: Ec2Kind<Spec>, region: string): readonly Resource<Spec>[] {
    return this.#view.list(kind, { ...this.#place, region })
  }

  /** Public names end in it. */
  get publicDomain(): string {
    return this.#publicAddresses.domain
  }

  /**
   * Returns free public addresses of the region; fewer where there are not as many. What is made of them has to say so: whose they are is what the
   * resources say.
   */
  takePublicAddresses(count: number, wanted?: string): readonly string[] {
    const taken = this.#view.publicAddresses
    const asked = { count, taken, wanted }
    const addresses = this.#publicAddresses.take(this.caller.region, asked)
    this.#held.push(...addresses)
    return addresses
  }

  /** Lets go of the public addresses that were taken: nothing came of it, or they are somebody's now. */
  giveBack(): void {
    this.#publicAddresses.giveBack(this.#held)
  }

  /** Returns the OCI image that a name leads to now; nothing where there is none. */
  resolveImage(name: string): Promise<ResolvedImage | undefined> {
    return this.images.resolve(name, this.caller.account.id)
  }

  /** Looks at all accounts' in a region, as they are kept: what may be seen of them, whoever asks has to say. */
  listEverybodys<Spec extends Tagged>(
    kind: Ec2Kind<Spec>,
    region: string,
  ): readonly Resource<Spec>[] {
    return this.#view.listEverybodys(kind, region)
  }

  /** Makes a resource; its id is given to its spec. */
  create<Spec extends Tagged>(
    kind: Ec2Kind<Spec>,
    describe: Spec | ((id: string) => Spec),
    id = createResourceId(kind.prefix),
  ): Resource<Spec> {
    const order = `${this.now}/${String(this.#created).padStart(6, '0')}`
    this.#created += 1
    const spec = typeof describe === 'function' ? describe(id) : describe
    return this.#put(kind, 'create', { id, spec, order, uid: '', resourceVersion: '' })
  }

  /** Gives a resource other fields: those that are left out stay, those that are undefined go. */
  change<Spec extends Tagged>(
    kind: Ec2Kind<Spec>,
    { id }: Pick<Resource<Spec>, 'id'>,
    fields: Partial<Spec>,
  ): Resource<Spec> {
    const current = this.get(kind, id)
    const spec = definedOf({ ...current.spec, ...fields }) as Spec
    const before = this.#changed.get(kind.plural)?.get(id)?.type
    const type = before === 'create' ? 'create' : 'replace'
    return this.#put(kind, type, { ...current, spec })
  }

  remove<Spec extends Tagged>(kind: Ec2Kind<Spec>, { id }: Pick<Resource<Spec>, 'id'>): void {
    const { uid } = this.get(kind, id)
    const own = this.#changesOf(kind)
    if (uid === '') own.delete(id)
    else own.set(id, { type: 'delete', kind, id, uid, resource: undefined })
  }

  /** Returns what is seen of the container of an instance. */
  see(id: string, goal: InstanceGoal): Sighting {
    return this.#machines.see(this.machineName(id), goal)
  }

  /** Returns what is seen of the disk of a volume. */
  seeVolume(volume: Resource<VolumeSpec>): VolumeSighting {
    return this.#volumes.see(this.machineName(volume.id), wantedPlace(volume.spec))
  }

  seeSnapshot(id: string): SnapshotSighting {
    return this.#volumes.seeSnapshot(this.machineName(id))
  }

  /** See {@link Volumes.isElastic}. */
  get hasElasticVolumes(): boolean {
    return this.#volumes.isElastic
  }

  /** Returns what an instance type costs an hour: US dollars, with six decimals; nothing where nobody sells it. */
  priceOf(type: string): string | undefined {
    return this.#machines.priceOf(type)
  }

  /** Returns how many machines of a plan there is room for now, up to a count. */
  roomFor(plan: MachinePlan, count: number): Promise<number> {
    return this.#machines.roomFor(plan, count)
  }

  readConsole(id: string): Promise<ConsoleOutput | undefined> {
    return this.#machines.readConsole(this.machineName(id))
  }

  machineName(id: string): MachineName {
    return { namespace: this.#place.namespace, id }
  }

  /** Changes an object that is none of EC2's resources, together with them. */
  also(write: Write): void {
    this.#others.push(write)
  }

  /** What it comes to, in the order in which it is written. */
  get writes(): readonly Write[] {
    const changes = [...this.#changed.values()].flatMap((own) => [...own.values()])
    return [...changes.map((change) => writeOfChange(change, this.#place)), ...this.#others]
  }

  get #place() {
    return placeOf(this.caller)
  }

  #put<Spec extends Tagged>(
    kind: Ec2Kind<Spec>,
    type: 'create' | 'replace',
    resource: Resource<Spec>,
  ): Resource<Spec> {
    const { id, uid } = resource
    this.#changesOf(kind).set(id, { type, kind, id, uid, resource })
    return resource
  }

  #changesOf({ plural }: Pick<Kind<object>, 'plural'>): Map<string, Change> {
    const known = this.#changed.get(plural)
    if (known !== undefined) return known
    const made = new Map<string, Change>()
    this.#changed.set(plural, made)
    return made
  }
}
