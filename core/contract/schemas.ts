import { z } from 'zod';
import { barsPageSchema, givenBarsSchema } from './bars.ts';
import {
  agentEventSchemas,
  agentHandshakeSchema,
  assignAckSchema,
  completionReplySchema,
  engineToAgentSchemas,
  heartbeatReplySchema,
  refusalSchema,
} from './messages.ts';
import { agentResultSchema, tradingAnalysisResultSchema } from './result.ts';
import {
  commandSchema,
  engineToViewerSchemas,
  paintedSchema,
  sidebarUpdateSchema,
  viewerHandshakeSchema,
} from './sidebar.ts';
import { analysisPayloadSchema, signalPayloadSchema, submitSchema, taskViewSchema } from './task.ts';

interface Travelling {
  schema: z.ZodType;
  title: string;
  /** What comes in is described as it may be sent, what goes out as it arrives. */
  io: 'input' | 'output';
}

const comesIn = (schema: z.ZodType, title: string): Travelling => ({ schema, title, io: 'input' });
const goesOut = (schema: z.ZodType, title: string): Travelling => ({ schema, title, io: 'output' });

/** Everything that travels, by the name of its file. */
export const TRAVELLING: Readonly<Record<string, Travelling>> = {
  'agent-handshake': comesIn(agentHandshakeSchema, 'auth of a connection to /agents'),
  heartbeat: comesIn(agentEventSchemas.heartbeat, 'heartbeat, agent to engine'),
  'processing-enter': comesIn(agentEventSchemas.processing_enter, 'processing_enter, agent to engine'),
  'processing-leave': comesIn(agentEventSchemas.processing_leave, 'processing_leave, agent to engine'),
  'task-complete': comesIn(agentEventSchemas.task_complete, 'task_complete, agent to engine'),
  'task-failed': comesIn(agentEventSchemas.task_failed, 'task_failed, agent to engine'),
  'agent-result': comesIn(agentResultSchema, 'result of a task_complete for trading_analysis or trading_signal'),
  registered: goesOut(engineToAgentSchemas.registered, 'registered, engine to agent'),
  'task-assign': goesOut(engineToAgentSchemas.task_assign, 'task_assign, engine to agent'),
  'task-assign-ack': comesIn(assignAckSchema, "the agent's ack of task_assign"),
  'task-cancel': goesOut(engineToAgentSchemas.task_cancel, 'task_cancel, engine to agent'),
  superseded: goesOut(engineToAgentSchemas.superseded, 'superseded, engine to agent'),
  'analysis-payload': goesOut(analysisPayloadSchema, "payload of a trading_analysis that has the engine's own bars"),
  'signal-payload': goesOut(signalPayloadSchema, 'payload of a trading_signal that follows up an analysis'),
  'heartbeat-reply': goesOut(heartbeatReplySchema, "the engine's ack of heartbeat"),
  'completion-reply': goesOut(completionReplySchema, "the engine's ack of a task_complete that it took"),
  refusal: goesOut(refusalSchema, 'the refusal of any request, over a socket or HTTP'),
  'settled-record': goesOut(tradingAnalysisResultSchema, 'a settled and stored result'),
  'viewer-handshake': comesIn(viewerHandshakeSchema, 'auth of a connection to /sidebar'),
  snapshot: goesOut(engineToViewerSchemas.snapshot, 'snapshot, engine to viewer'),
  'sidebar-update': goesOut(sidebarUpdateSchema, 'one row of the sidebar'),
  'sidebar-updates': goesOut(engineToViewerSchemas.sidebar_update, 'sidebar_update, engine to viewer'),
  prices: goesOut(engineToViewerSchemas.prices, 'prices, engine to viewer'),
  status: goesOut(engineToViewerSchemas.status, 'status, engine to viewer, and GET /api/status'),
  painted: comesIn(paintedSchema, 'painted, viewer to engine'),
  bars: goesOut(barsPageSchema, 'a page of bars, GET /api/bars'),
  'given-bars': comesIn(givenBarsSchema, 'body of POST /api/bars'),
  command: comesIn(commandSchema, 'command, operator to engine'),
  'task-request': comesIn(submitSchema, 'body of POST /api/tasks, and args of the submit command'),
  task: goesOut(taskViewSchema, 'a task as GET /api/tasks/:id and POST /api/tasks answer it'),
};

/** The JSON Schema of each thing that travels. Unknown fields are ignored on both sides, so none is closed. */
export function wireSchemas(): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(TRAVELLING).map(([name, { schema, title, io }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, {
        io,
        override: ({ jsonSchema }) => {
          if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        },
      });
      return [name, { $schema, title, ...rest }];
    }),
  );
}
