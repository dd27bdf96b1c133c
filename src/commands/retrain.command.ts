import type { Command } from './command.js';
import { askService, serviceAddress } from './service.client.js';

/** `retune retrain <model>`: asks the running service for a run, in a person's name. */
export const retrain: Command = {
  usage: 'retrain <model> --by=<name> [--why=<text>] [--policy=<name>] [--url=<address>] [--json]',
  summary: 'ask the running service for a run, without any alert; every other gate counts',
  operands: 1,
  options: {
    by: { type: 'string' },
    why: { type: 'string' },
    policy: { type: 'string' },
    url: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ operands: [model], options }, { env, print, complain }) {
    const { by, why, policy, url, json } = options;
    if (model === undefined || typeof by !== 'string' || by.trim() === '') {
      complain(
        'expected a model and who asks, as in: retune retrain iris-classifier --by=jane --why="new labels are in"',
      );
      return 2;
    }
    const service = await serviceAddress(url, env);
    if ('error' in service) {
      complain(service.error);
      return 2;
    }
    const body = { by, ...(why === undefined ? {} : { why }), ...(policy === undefined ? {} : { policy }) };
    const path = `/api/models/${encodeURIComponent(model)}/runs`;
    const answer = await askService<{ readonly id: string; readonly state: string }>(service, path, body);
    if (!answer.ok) {
      complain(answer.why);
      return 1;
    }
    const { id, state } = answer.body;
    const next =
      state === 'awaiting_approval' ? `; somebody else approves it: POST /api/runs/${id}/approve` : '';
    print(
      json === true
        ? JSON.stringify(answer.body, null, 2)
        : `run ${id} of ${model} is ${state.replaceAll('_', ' ')}${next}`,
    );
    return 0;
  },
};
