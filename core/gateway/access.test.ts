import { describe, expect, it } from 'vitest';
import { identify, loopbackDoors, refuseDoor, remoteDoors } from './access.ts';

const tokens = {
  agent: 'agent-token',
  viewer: 'viewer-token',
  operator: 'operator-token',
  window: 'window-token',
  agents: { 'py-1': 'own-token' },
};

describe('identify', () => {
  it.each([
    ['viewer-token', { role: 'viewer' }],
    ['operator-token', { role: 'operator' }],
    ['window-token', { role: 'operator' }],
    ['agent-token', { role: 'agent', only: null }],
    ['own-token', { role: 'agent', only: 'py-1' }],
    ['', null],
    ['viewer-token ', null],
    ['VIEWER-TOKEN', null],
  ])('%j is %j', (token, identity) => {
    expect(identify(tokens, token)).toEqual(identity);
  });
});

describe('the doors', () => {
  const doors = loopbackDoors(4470);

  it.each([
    [{ host: '127.0.0.1:4470' }],
    [{ host: 'localhost:4470', origin: 'http://localhost:4470' }],
    [{ host: '[::1]:4470', origin: 'http://127.0.0.1:4470' }],
    [{ host: 'LOCALHOST:4470' }],
  ])('let %j in', (headers) => {
    expect(refuseDoor(doors, headers)).toBeNull();
  });

  it.each([
    [{}],
    [{ host: '127.0.0.1' }],
    [{ host: '127.0.0.1:4471' }],
    [{ host: 'evil.example:4470' }],
    [{ host: '127.0.0.1.evil.example:4470' }],
    [{ host: '127.0.0.1:4470', origin: 'null' }],
    [{ host: '127.0.0.1:4470', origin: 'http://evil.example' }],
    [{ host: '127.0.0.1:4470', origin: 'https://127.0.0.1:4470' }],
    [{ host: '127.0.0.1:4470', origin: 'http://127.0.0.1:4471' }],
    [{ host: '127.0.0.1:4470', origin: '' }],
  ])('keep %j out', (headers) => {
    expect(refuseDoor(doors, headers)).not.toBeNull();
  });
});

describe('doors that are open to other machines', () => {
  const doors = remoteDoors();

  it.each([
    [{ host: 'aurora.example' }],
    [{ host: 'aurora.example:4470', origin: 'https://aurora.example:4470' }],
    [{ host: '192.0.2.7:4470', origin: 'http://192.0.2.7:4470' }],
  ])('let %j in', (headers) => {
    expect(refuseDoor(doors, headers)).toBeNull();
  });

  it.each([
    [{}],
    [{ host: 'aurora.example', origin: 'null' }],
    [{ host: 'aurora.example', origin: 'https://evil.example' }],
    [{ host: 'aurora.example', origin: 'https://aurora.example:4471' }],
  ])('keep %j out', (headers) => {
    expect(refuseDoor(doors, headers)).not.toBeNull();
  });
});
