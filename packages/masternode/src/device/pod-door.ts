import type { PodAnswer, PodQuestion } from '@nexqloud/device'
import { BaseError, type Allowance } from '@nexqloud/kernel'

/** A pod that asks, on the device that it is on. */
export type AskingPod = {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** Answers what a pod asks. That it is the pod that asks, its device says; that the pod is on that device, is known. */
export type AnswerPod = (
  pod: AskingPod,
  question: Omit<PodQuestion, 'uid'>,
  signal: AbortSignal,
) => Promise<PodAnswer>

/** Of one device: hundreds of pods that ask for their keys at once, and a device that makes up questions. */
export const QUESTIONS = { burst: 500, perSecond: 50 }

/** Of one pod, so that a few that ask in a loop leave something to the others of their device. More pods than a masternode drives. */
export const POD_QUESTIONS = { burst: 100, perSecond: 10, most: 1 << 16 }

/** What answering a device's pods takes. */
export type PodDoorParts = {
  /** Nobody is told anything where it is left out. */
  readonly answerPod: AnswerPod | undefined
  /** Returns a pod that the device was given, by its uid; nothing where the device is not driven from here. */
  readonly podOf: ((uid: string) => Omit<AskingPod, 'uid'> | undefined) | undefined
  readonly mayAsk: Allowance
  readonly mayPodAsk: (uid: string) => boolean
}

/** The pod is not on that device, the device is another masternode's, or one of them asks too often. */
class QuestionRefusedError extends BaseError {
  constructor(message: string, kind: 'notFound' | 'unavailable') {
    super(message, { code: 'MASTERNODE_QUESTION_REFUSED', kind })
  }
}

/** @throws {@link QuestionRefusedError}: a device is told nothing but what its own pods may know. */
export async function answerQuestion(
  { answerPod, podOf, mayAsk, mayPodAsk }: PodDoorParts,
  { uid, ...question }: PodQuestion,
  signal: AbortSignal,
): Promise<PodAnswer> {
  const pod = podOf?.(uid)
  // What one asks too much is not taken from what its device may ask; pods that are made up are remembered nowhere.
  if (pod !== undefined && !mayPodAsk(uid)) {
    throw new QuestionRefusedError(`The pod ${uid} asks too often.`, 'unavailable')
  }
  if (!mayAsk()) throw new QuestionRefusedError('The device asks too often.', 'unavailable')
  if (podOf === undefined) {
    throw new QuestionRefusedError('The device is not driven from here.', 'unavailable')
  }
  if (pod === undefined) {
    throw new QuestionRefusedError(`The device was not given the pod ${uid}.`, 'notFound')
  }
  if (answerPod === undefined) return { status: 404, headers: {}, body: '' }
  return answerPod({ ...pod, uid }, question, signal)
}
