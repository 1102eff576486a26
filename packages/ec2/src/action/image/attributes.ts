import type { ImageSpec } from '../../resource/kinds.ts'
import type { Answer, Input } from '../action.ts'
import { ActionError } from '../errors.ts'
import { changePermissions, readPermissionChange } from './permissions.ts'

type Attributes = Answer<'DescribeImageAttribute'>

const valueOf = (value: string | undefined) => (value === undefined ? undefined : { Value: value })

/** What an image has under each name; nothing is left out. */
const attributes: Readonly<Record<string, (image: ImageSpec) => Attributes>> = {
  bootMode: ({ BootMode }) => ({ BootMode: valueOf(BootMode) }),
  deregistrationProtection: () => ({ DeregistrationProtection: { Value: 'disabled' } }),
  description: ({ Description }) => ({ Description: valueOf(Description) }),
  imdsSupport: ({ ImdsSupport }) => ({ ImdsSupport: valueOf(ImdsSupport) }),
  kernel: ({ KernelId }) => ({ KernelId: valueOf(KernelId) }),
  lastLaunchedTime: () => ({}),
  launchPermission: ({ LaunchPermissions = [] }) => ({ LaunchPermissions }),
  productCodes: () => ({ ProductCodes: [] }),
  ramdisk: ({ RamdiskId }) => ({ RamdiskId: valueOf(RamdiskId) }),
  sriovNetSupport: ({ SriovNetSupport }) => ({ SriovNetSupport: valueOf(SriovNetSupport) }),
  tpmSupport: () => ({}),
  uefiData: () => ({}),
}

/**
 * Returns an attribute of an image.
 *
 * @param imageOf - Gives the image: what no image has is refused before it is looked for.
 * @throws {@link ActionError} for what is none; `blockDeviceMapping` EC2 tells nobody any more.
 */
export function describeAttribute(imageOf: () => ImageSpec, name: string): Attributes {
  if (name === 'blockDeviceMapping') {
    throw new ActionError('AuthFailure', 'Unauthorized attempt to access restricted resource')
  }
  const read = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (read === undefined) {
    throw new ActionError('InvalidRequest', 'The request received was invalid')
  }
  const image = imageOf()
  return { ImageId: image.ImageId, ...read(image) }
}

/**
 * Returns what a request changes of an image.
 *
 * @throws {@link ActionError} for what cannot be.
 */
export function modifyAttribute(
  { LaunchPermissions = [] }: ImageSpec,
  input: Input<'ModifyImageAttribute'>,
): Partial<ImageSpec> {
  const { Attribute, Value } = input
  assertAttribute(Attribute)
  const Description = Attribute === 'description' ? Value : input.Description?.Value
  const ImdsSupport = Attribute === 'imdsSupport' ? Value : input.ImdsSupport?.Value
  if (ImdsSupport !== undefined && ImdsSupport !== 'v2.0') {
    throw new ActionError('InvalidParameterValue', 'imdsSupport can only be v2.0')
  }
  return {
    LaunchPermissions: [...changePermissions(LaunchPermissions, readPermissionChange(input))],
    ...(Description !== undefined && { Description }),
    ...(ImdsSupport !== undefined && { ImdsSupport }),
  }
}

function assertAttribute(name: string | undefined): void {
  if (name === undefined || ['description', 'imdsSupport', 'launchPermission'].includes(name))
    return
  throw new ActionError(
    'InvalidParameterValue',
    `Value (${name.slice(0, 100)}) for parameter attribute is invalid. Unknown attribute.`,
  )
}
