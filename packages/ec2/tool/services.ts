import * as ec2 from '@aws-sdk/client-ec2'
import * as connect from '@aws-sdk/client-ec2-instance-connect'
import * as iam from '@aws-sdk/client-iam'
import * as quotas from '@aws-sdk/client-service-quotas'
import * as ssm from '@aws-sdk/client-ssm'
import * as sts from '@aws-sdk/client-sts'

import { actions } from './actions.ts'
import type { AwsClient, Wanted } from './dump-model.ts'

/** What is served of a service. */
export type Served = Wanted & { readonly client: AwsClient }

/** The services that are served, by the name that signatures call them, which is that of their file. JSON's have no namespace, but what their targets begin with. */
export const services: Readonly<Record<string, Served>> = {
  ec2: {
    client: ec2,
    version: '2016-11-15',
    namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    actions: Object.values(actions).flat(),
  },
  sts: {
    client: sts,
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    actions: ['GetCallerIdentity', 'GetSessionToken'],
  },
  iam: {
    client: iam,
    version: '2010-05-08',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    actions: [
      'AddRoleToInstanceProfile',
      'CreateAccessKey',
      'CreateInstanceProfile',
      'CreateRole',
      'CreateUser',
      'DeleteAccessKey',
      'DeleteInstanceProfile',
      'DeleteRole',
      'DeleteRolePolicy',
      'DeleteUser',
      'DeleteUserPolicy',
      'GetInstanceProfile',
      'GetRole',
      'GetRolePolicy',
      'GetUser',
      'GetUserPolicy',
      'ListAccessKeys',
      'ListAttachedRolePolicies',
      'ListAttachedUserPolicies',
      'ListGroupsForUser',
      'ListInstanceProfiles',
      'ListInstanceProfilesForRole',
      'ListRolePolicies',
      'ListRoles',
      'ListUserPolicies',
      'ListUsers',
      'PutRolePolicy',
      'PutUserPolicy',
      'RemoveRoleFromInstanceProfile',
      'UpdateAccessKey',
    ],
  },
  ssm: {
    client: ssm,
    version: '2014-11-06',
    namespace: 'AmazonSSM',
    actions: ['GetParameter', 'GetParameters'],
  },
  servicequotas: {
    client: quotas,
    version: '2019-06-24',
    namespace: 'ServiceQuotasV20190624',
    actions: ['GetServiceQuota', 'ListServiceQuotas'],
  },
  'ec2-instance-connect': {
    client: connect,
    version: '2018-04-02',
    namespace: 'AWSEC2InstanceConnectService',
    actions: ['SendSSHPublicKey'],
  },
}
