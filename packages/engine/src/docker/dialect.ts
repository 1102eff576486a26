/** What the two engines that speak Docker's API do not do alike, as far as we ask for it. */
export type Dialect = {
  readonly name: 'docker' | 'podman'
  /** Whether a container's state tells that it needed too much memory; otherwise 137 is all there is. */
  readonly knowsOomKills: boolean
  /** Whether a seccomp profile is named by its file; otherwise by its JSON, and the default one is strict enough. */
  readonly takesSeccompFile: boolean
  /** Whether it gives by digest what it pulled for anybody before, without asking the registry whether this one may have it. */
  readonly pullsFromCache: boolean
  /** Whether a folder comes with what is mounted in it where it is a `Mount`; otherwise only a `Bind` does, which newer Dockers make read only through and through. */
  readonly mountsWhole: boolean
}

export const dialects = {
  docker: {
    name: 'docker',
    knowsOomKills: true,
    takesSeccompFile: false,
    pullsFromCache: true,
    mountsWhole: true,
  },
  podman: {
    name: 'podman',
    knowsOomKills: false,
    takesSeccompFile: true,
    pullsFromCache: false,
    mountsWhole: false,
  },
} as const satisfies Record<string, Dialect>
