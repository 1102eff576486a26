import { apiVersionOf, type ResourceType } from '../resource/resource-type.ts'
import { answer, type ApiRequest, type ApiResponse } from './request.ts'

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'] as const

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** Answers what there is: both kinds of discovery, and the version. Nothing where the path asks for something else. */
export function discover(
  { path, accept }: ApiRequest,
  types: readonly ResourceType[],
): ApiResponse | undefined {
  const [root = '', group = '', version = '', ...rest] = path.split('/').filter(Boolean)
  if (root === 'version' && group === '') return answer(200, serverVersion)
  if (rest.length > 0) return undefined
  const isAggregated = /as=APIGroupDiscoveryList/.test(accept) && /v=v2[;,]/.test(`${accept},`)
  if (root === 'api' && version === '') return discoverCore(types, { group, isAggregated })
  return root === 'apis' ? discoverGroup(types, { group, version, isAggregated }) : undefined
}

function discoverGroup(
  types: readonly ResourceType[],
  asked: { readonly group: string; readonly version: string; readonly isAggregated: boolean },
): ApiResponse | undefined {
  const { group, version, isAggregated } = asked
  const grouped = types.filter((type) => type.group !== '')
  if (group === '') return discoverGroups(grouped, isAggregated)
  const found = grouped.filter((type) => type.group === group)
  if (found.length === 0) return undefined
  if (version === '') return answer(200, groupOf(found))
  const served = found.filter((type) => type.version === version)
  return served.length === 0 ? undefined : answer(200, resourceList(served))
}

/** Build metadata of the version by which the embedded server is known. */
export const EMBEDDED_BUILD = '+nexqloud'

/** The Kubernetes whose API this is a part of; clients compare it with their own. */
const serverVersion = {
  major: '1',
  minor: '36',
  gitVersion: `v1.36.3${EMBEDDED_BUILD}`,
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
}

function discoverCore(
  types: readonly ResourceType[],
  asked: { readonly group: string; readonly isAggregated: boolean },
): ApiResponse | undefined {
  const core = types.filter((type) => type.group === '')
  if (asked.group === 'v1') return answer(200, resourceList(core))
  if (asked.group !== '') return undefined
  if (asked.isAggregated) return aggregate([core])
  return answer(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] })
}

function discoverGroups(types: readonly ResourceType[], isAggregated: boolean): ApiResponse {
  const groups = [...new Set(types.map(({ group }) => group))].map((group) =>
    types.filter((type) => type.group === group),
  )
  if (isAggregated) return aggregate(groups)
  return answer(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) })
}

function groupOf(types: readonly ResourceType[]) {
  const versions = versionsOf(types).map((version) => ({
    groupVersion: `${types[0]?.group}/${version}`,
    version,
  }))
  return {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: types[0]?.group,
    versions,
    preferredVersion: versions[0],
  }
}

function versionsOf(types: readonly ResourceType[]): readonly string[] {
  return [...new Set(types.map(({ version }) => version))]
}

function resourceList(types: readonly ResourceType[]) {
  const groupVersion = types[0] === undefined ? 'v1' : apiVersionOf(types[0])
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: types.flatMap((type) => [
      {
        name: type.plural,
        singularName: type.singular,
        namespaced: type.isNamespaced,
        kind: type.kind,
        verbs,
        shortNames: type.shortNames,
        categories: type.categories,
      },
      ...type.subresources.map(({ name, ...subresource }) => ({
        ...subresource,
        name: `${type.plural}/${name}`,
        singularName: '',
        namespaced: type.isNamespaced,
      })),
    ]),
  }
}

function aggregate(groups: readonly (readonly ResourceType[])[]): ApiResponse {
  const items = groups.map((types) => ({
    metadata: { name: types[0]?.group ?? '', creationTimestamp: null },
    versions: versionsOf(types).map((version) => ({
      version,
      resources: types.filter((type) => type.version === version).map(discoveryOf),
      freshness: 'Current',
    })),
  }))
  const list = {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items,
  }
  return { ...answer(200, list), headers: { 'content-type': aggregated } }
}

function discoveryOf(type: ResourceType) {
  const { group, version, kind } = type
  return {
    resource: type.plural,
    responseKind: { group, version, kind },
    scope: type.isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs,
    shortNames: type.shortNames,
    categories: type.categories,
    subresources: type.subresources.map((subresource) => ({
      subresource: subresource.name,
      responseKind: {
        group: subresource.group ?? group,
        version: subresource.version ?? version,
        kind: subresource.kind,
      },
      verbs: subresource.verbs,
    })),
  }
}
