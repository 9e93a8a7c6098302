'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const folder = process.env.CUSTOMERIO_PACKAGE;

// No action has such an input yet, so one is lent to the first.
test('a password among the inputs is registered as a credential', () => {
    const { customerIoModel: model } = require(path.join(folder, 'resources', 'model.js'));
    const lent = { ...model.actions[0], type: 'customerio-lent', fields: [{ key: 'pin', title: 'PIN', editor: 'password', valueTypes: ['cred'] }] };
    model.actions.push(lent);
    const registered = new Map();
    require(path.join(folder, 'customerio.js'))({
        settings: {},
        auth: { needsPermission: () => () => {} },
        httpAdmin: { get() {}, post() {} },
        nodes: { registerType: (type, node, options) => registered.set(type, options) },
    });
    assert.deepEqual(registered.get(lent.type), { credentials: { s_pin: { type: 'password' } } });
    assert.deepEqual(registered.get('customerio-identify'), {});
});
