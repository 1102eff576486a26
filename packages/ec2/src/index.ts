/** The EC2-compatible API: what AWS's own clients send is understood, and answered in their words. */

export type { FindKey, KeyHolder } from './account/access-key.ts'
export { AccountDirectory } from './account/account-directory.ts'
export { createAuthorize } from './account/authorize.ts'
export { rootCallerOf, type Account, type Caller } from './account/caller.ts'
export { createAddressPool, type PoolOptions } from './address/address-pool.ts'
export type { PublicAddresses } from './address/public-addresses.ts'
export { isLetThrough, passagesOf, type Lookup } from './action/security-group/passage.ts'
export type { LoginQuestion } from './action/key-pair/find-login.ts'
export { createRootKey, type NewAccessKey } from './account/create-root-key.ts'
export { createFindKey, type FindKeyParts } from './account/find-key.ts'
export { openAccount } from './account/open-account.ts'
export {
  createRoleSessions,
  type ProfiledInstance,
  type RoleSession,
} from './account/role-session.ts'
export type { Seal } from './account/seal.ts'
export { ActionError } from './action/errors.ts'
export type { Audit, AuditEntry } from './audit/audit.ts'
export type {
  CatalogueImage,
  ImageSource,
  ResolvedImage,
  ResolveImage,
} from './action/image/image-source.ts'
export { namedTypes } from './action/instance-type/instance-types.ts'
export { publicImages } from './action/image/public-images.ts'
export type { InstanceExposure } from './exposure/exposure.ts'
export { SignatureError, type SignatureCode } from './auth/errors.ts'
export { AnswerFormError, RequestFormError } from './codec/errors.ts'
export { wrapAnswer, wrapError, type AwsError, type Envelope } from './codec/envelope.ts'
export { growQueryTree, type QueryTree } from './codec/query-tree.ts'
export { readQuery, type Fields, type QueryDialect } from './codec/read-query.ts'
export { createXmlWriter } from './codec/write-xml.ts'
export { INSTANCE_LABEL } from './machine/machine-object.ts'
export { followMachines, type FollowMachinesOptions } from './machine/follow-machines.ts'
export { createObedientMachines, type Machines } from './machine/machines.ts'
export {
  followVolumes,
  type FollowedVolumes,
  type FollowVolumesOptions,
} from './volume/follow-volumes.ts'
export { createObedientVolumes, type Volumes } from './volume/volumes.ts'
export { openEc2Server, type Ec2Server } from './door/http-server.ts'
export { defineEc2Kinds } from './resource/define-kinds.ts'
export { openEc2, type Access, type Ec2, type Ec2Options } from './door/open-ec2.ts'
export type { Region, Zone } from './door/region.ts'
export { requestRates, type RequestClass, type RequestRate } from './door/request-limits.ts'
export { FilterError } from './filter/errors.ts'
export { createFilter, type Filter, type FilterTable, type TagsOf } from './filter/filter.ts'
export type { AnswerApi } from './metadata/api-door.ts'
export type { SignIdentity } from './metadata/identity-document.ts'
export type { MetadataAnswer, MetadataRequest } from './metadata/metadata-answer.ts'
export type { AnswerInstance } from './metadata/metadata-door.ts'
export { loadEc2Model } from './model/ec2-model.ts'
export type { ServiceModel } from './model/service-model.ts'
export type { Operation, StructureShape, Value } from './model/shape.ts'
export { PushedKeys, type PushedKey, type PushKey } from './neighbour/connect/pushed-keys.ts'
export { assertWithinQuota, quotas, type Quota, type QuotaName } from './quota/quotas.ts'
