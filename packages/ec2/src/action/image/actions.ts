import { ec2Kinds } from '../../resource/kinds.ts'
import type { Handlers } from '../action.ts'
import { missingParameter } from '../errors.ts'
import { describeAttribute, modifyAttribute } from './attributes.ts'
import { copyImage } from './copy-image.ts'
import { createImage } from './create-image.ts'
import { deregisterImage } from './deregister-image.ts'
import { describeImage, selectImages } from './describe-images.ts'
import { ownImage } from './find-image.ts'
import { registerImage } from './register-image.ts'

const { images } = ec2Kinds

/** All that is done with images. */
export const imageActions = {
  CreateImage: async (input, transaction) => {
    const { id } = createImage(transaction, input)
    return { ImageId: id }
  },

  RegisterImage: async (input, transaction) => {
    const { id } = await registerImage(transaction, input)
    return { ImageId: id }
  },

  CopyImage: (input, transaction) => ({ ImageId: copyImage(transaction, input).id }),

  DeregisterImage: ({ ImageId, DeleteAssociatedSnapshots }, transaction) => {
    const isWithSnapshots = DeleteAssociatedSnapshots === true
    const results = deregisterImage(transaction, { ImageId, isWithSnapshots })
    return { Return: true, DeleteSnapshotResults: results }
  },

  DescribeImages: async (input, transaction) => {
    const { rows, ...next } = await selectImages(transaction, input)
    return { Images: rows.map(({ spec }) => describeImage(spec)), ...next }
  },

  DescribeImageAttribute: ({ ImageId, Attribute }, transaction) => {
    if (Attribute === undefined) throw missingParameter('attribute')
    return describeAttribute(() => ownImage(transaction, ImageId ?? '').spec, Attribute)
  },

  ModifyImageAttribute: (input, transaction) => {
    const image = ownImage(transaction, input.ImageId ?? '')
    transaction.change(images, image, modifyAttribute(image.spec, input))
    return {}
  },
} as const satisfies Handlers
