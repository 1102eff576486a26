import type { Handlers } from './action.ts'
import { placeActions } from './place/actions.ts'
import { tagActions } from './tag/actions.ts'

/** All actions that are served, each in the folder of what it is about. */
export const ec2Actions: Handlers = { ...placeActions, ...tagActions }
