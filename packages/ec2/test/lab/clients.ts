import { EC2 } from '@aws-sdk/client-ec2'
import { EC2InstanceConnect } from '@aws-sdk/client-ec2-instance-connect'
import { IAM } from '@aws-sdk/client-iam'
import { ServiceQuotas } from '@aws-sdk/client-service-quotas'
import { SSM } from '@aws-sdk/client-ssm'
import { STS } from '@aws-sdk/client-sts'

/** What a client signs with. */
export type Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** AWS's own clients of EC2 and of what is beside it. */
export type Clients = {
  readonly ec2: EC2
  readonly sts: STS
  readonly iam: IAM
  readonly ssm: SSM
  readonly quotas: ServiceQuotas
  readonly connect: EC2InstanceConnect
}

/** Returns clients of somebody; each asks once. */
export function createClients(settings: {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
}): Clients {
  const own = { ...settings, maxAttempts: 1 }
  return {
    ec2: new EC2(own),
    sts: new STS(own),
    iam: new IAM(own),
    ssm: new SSM(own),
    quotas: new ServiceQuotas(own),
    connect: new EC2InstanceConnect(own),
  }
}
