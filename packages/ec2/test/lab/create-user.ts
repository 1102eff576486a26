import type { Clients } from './clients.ts'
import type { NeighbourLab } from './open-neighbours.ts'

/** Makes a user with a policy, and clients of a key of it. */
export async function createUser(
  lab: NeighbourLab,
  UserName: string,
  PolicyDocument: string,
): Promise<Clients> {
  const root = lab.as(lab.root)
  await root.iam.createUser({ UserName })
  await root.iam.putUserPolicy({ UserName, PolicyName: 'own', PolicyDocument })
  const { AccessKey } = await root.iam.createAccessKey({ UserName })
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  return lab.as({ accessKeyId, secretAccessKey })
}
