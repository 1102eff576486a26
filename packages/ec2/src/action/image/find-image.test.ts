import { expect, test } from 'vitest'

import { beginTransaction, createEmptyView, NOW } from '../../../test/lab/begin-transaction.ts'
import { ec2Kinds, type ImageSpec } from '../../resource/kinds.ts'
import { REGION_LABEL } from '../../resource/resource.ts'
import { findSnapshot } from '../snapshot/find-snapshot.ts'
import { deregisterImage } from './deregister-image.ts'
import { findImage, listImages, ownImage } from './find-image.ts'
import { registerImage } from './register-image.ts'

const ofCatalogue = 'ami-12c6146b'

test('an image is found by its id, by what its account registered, and by the name of an OCI image', async () => {
  const transaction = beginTransaction()
  const { id } = await registerImage(transaction, { Name: 'web', ImageLocation: 'nginx:1.29' })
  expect((await findImage(transaction, id)).spec.Name).toBe('web')
  expect((await findImage(transaction, ofCatalogue)).spec.OwnerId).toBe('099720109477')
  const named = await findImage(transaction, 'nginx:1.29')
  expect(named.spec).toMatchObject({ ImageId: 'nginx:1.29', RootDeviceName: '/dev/sda1' })
  expect(named.spec.Reference).toMatch(/^nginx@sha256:[0-9a-f]{64}$/)
})

test.each([
  ['ami-0123456789abcdef0', 'InvalidAMIID.NotFound'],
  ['none/such:1', 'InvalidAMIID.NotFound'],
  ['nginx', 'InvalidAMIID.Malformed'],
])('%s is no image', async (name, awsCode) => {
  await expect(findImage(beginTransaction(), name)).rejects.toMatchObject({ awsCode })
})

test('what another account has is seen where it is shared, with the snapshot of its root', async () => {
  const { transaction, share } = besideAnother()
  const [own, open, closed] = ['0', '1', '2'].map((digit) => `ami-0123456789abcdef${digit}`)
  share(own, [{ UserId: '123456789012' }])
  share(open, [{ Group: 'all' }])
  share(closed, [{ UserId: '999999999999' }])
  const ids = listImages(transaction).map(({ id }) => id)
  expect(ids).toContain(own)
  expect(ids).toContain(open)
  expect(ids).not.toContain(closed)
  expect(findSnapshot(transaction, `snap-of-${open}`).spec.VolumeSize).toBe(8)
  expect(() => findSnapshot(transaction, `snap-of-${closed}`)).toThrow(
    expect.objectContaining({ awsCode: 'InvalidSnapshot.NotFound' }),
  )
  expect(() => ownImage(transaction, open ?? '')).toThrow(
    expect.objectContaining({ awsCode: 'AuthFailure' }),
  )
  expect(() => ownImage(transaction, closed ?? '')).toThrow(
    expect.objectContaining({ awsCode: 'InvalidAMIID.NotFound' }),
  )
})

test('whoever speaks of another account’s snapshot in an image has it not by that', async () => {
  const { transaction, share } = besideAnother()
  const closed = 'ami-0123456789abcdef2'
  share(closed, [{ UserId: '999999999999' }])
  const SnapshotId = `snap-of-${closed}`
  await registerImage(transaction, {
    Name: 'thief',
    ImageLocation: 'nginx:1.29',
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { SnapshotId } }],
  })
  expect(() => findSnapshot(transaction, SnapshotId)).toThrow(
    expect.objectContaining({ awsCode: 'InvalidSnapshot.NotFound' }),
  )
})

test('an image that was deregistered is remembered as that for an hour', async () => {
  const view = createEmptyView()
  const transaction = beginTransaction(view)
  const register = (Name: string) => registerImage(transaction, { Name, ImageLocation: 'nginx:1' })
  const [{ id }, second] = [await register('one'), await register('two')]
  deregisterImage(transaction, { ImageId: id, isWithSnapshots: false })
  await expect(findImage(transaction, id)).rejects.toMatchObject({
    awsCode: 'InvalidAMIID.Unavailable',
  })
  expect(listImages(transaction).map((image) => image.id)).not.toContain(id)
  expect((await register('one')).spec.Name).toBe('one')
  const longAgo = new Date(Date.parse(NOW) - 3_600_001).toISOString()
  transaction.change(ec2Kinds.images, { id }, { DeregisteredAt: longAgo })
  deregisterImage(transaction, { ImageId: second.id, isWithSnapshots: false })
  await expect(findImage(transaction, id)).rejects.toMatchObject({
    awsCode: 'InvalidAMIID.NotFound',
  })
})

function besideAnother() {
  const view = createEmptyView()
  const metadata = (name: string) => ({
    name,
    namespace: 'other',
    uid: name,
    resourceVersion: '1',
    labels: { [REGION_LABEL]: 'us-east-1' },
  })
  const share = (id = '', LaunchPermissions: ImageSpec['LaunchPermissions'] = []): void => {
    const SnapshotId = `snap-of-${id}`
    view.put(ec2Kinds.snapshots, {
      metadata: metadata(SnapshotId),
      spec: { SnapshotId, VolumeSize: 8, OwnerId: '888888888888' },
    })
    view.put(ec2Kinds.images, {
      metadata: metadata(id),
      spec: {
        ImageId: id,
        OwnerId: '888888888888',
        Reference: 'docker.io/library/nginx@sha256:0',
        LaunchPermissions,
        BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { SnapshotId } }],
      },
    })
  }
  return { transaction: beginTransaction(view), share }
}
