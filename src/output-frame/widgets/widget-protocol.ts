/**
 * What the page and the widget manager in the frame say to each other. The page owns the line to the kernel and the
 * states of all models; the frame asks for the models that it shows, and never sees an address or a token.
 */
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';

/** One model, whole: what it is, its values, and its binary parts with their places. */
export type FrameModel = {
  id: string;
  name: string;
  module: string;
  version: string;
  values: JsonObject;
  paths: (string | number)[][];
  buffers: ArrayBuffer[];
  /** A kernel has it: changes go there. */
  isLive: boolean;
};

export type WidgetFromPage =
  /** Models that were asked for, or that a kernel made or told anew. */
  | { type: 'models'; models: FrameModel[] }
  /** Neither the kernel nor the file has it. */
  | { type: 'missing'; id: string }
  /** A message of the kernel to a model. */
  | { type: 'message'; id: string; parentId: string; data: JsonObject; buffers: ArrayBuffer[] }
  | { type: 'close'; id: string }
  /** The kernel is done with a message that the frame sent, or it was not sent. */
  | { type: 'done'; messageId: string }
  /** The kernel that the models belong to is gone; what they show stays. */
  | { type: 'disconnected' }
  /** Code of a module that models need; null where there is none. */
  | { type: 'module'; name: string; code: string | null };

export type WidgetToPage =
  | { type: 'need'; id: string }
  | { type: 'module'; name: string; version: string }
  | {
      type: 'send';
      kind: 'comm_msg' | 'comm_close';
      id: string;
      messageId: string;
      data: JsonObject;
      metadata: JsonObject;
      buffers: ArrayBuffer[];
    };
