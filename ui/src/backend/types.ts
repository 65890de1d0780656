// What the desk tells unasked, and the one door that both ways of asking it have.
import type { CommandName, Commands, Json, Progress, SyncStatus } from '@/generated/api'

export type * from '@/generated/api'
export type Doc = { [key: string]: Json }
export type Input<K extends CommandName> = Commands[K]['input']
export type Output<K extends CommandName> = Commands[K]['output']

export interface Events {
  changed: { touched: string[] }
  progress: Progress
  sync: SyncStatus
}
export type EventName = keyof Events

export interface Backend {
  call<K extends CommandName>(name: K, input: Input<K>): Promise<Output<K>>
  listen<E extends EventName>(event: E, heard: (payload: Events[E]) => void): () => void
  /** Asks before the window closes; a page in a browser cannot wait. */
  onClosing?(mayClose: () => Promise<boolean>): void
}
