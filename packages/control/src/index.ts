/** The controllers of the masternode: what runs where, on the Kubernetes API alone. */

export { annotations, labels, SCHEDULER_NAME } from './object/names.ts'
export { runScheduler, type SchedulerOptions } from './schedule/scheduler.ts'
