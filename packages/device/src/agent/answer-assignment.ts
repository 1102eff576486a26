import type { AppliedAssignment } from '../book/book.ts'
import type { AssignmentAnswer } from '../protocol/assignment.ts'

/** Returns what the masternode is told of its assignment. */
export function answerAssignment({ book, fenced, unsaved }: AppliedAssignment): AssignmentAnswer {
  if (unsaved === undefined) return { fenced: [...fenced] }
  const { isFull, why } = unsaved
  return { fenced: [...fenced], unsaved: { isFull, why, held: book.pods.map(({ uid }) => uid) } }
}
