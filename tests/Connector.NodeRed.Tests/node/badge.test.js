'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { statusBadge } = require(path.join(process.env.CUSTOMERIO_PACKAGE, 'badge.js'));

const shown = status => {
    const seen = [];
    const badge = statusBadge({ status: s => seen.push(s) });
    badge.show(status);
    badge.stop();
    return seen;
};

test('what a badge quotes cannot steer the editor or a log', () => {
    const text = 'rejected: \u001b]0;x\u0007 \u009b2J \u202eevil\r\nsecond line';
    assert.deepEqual(shown({ fill: 'red', shape: 'ring', text }), [
        { fill: 'red', shape: 'ring', text: String.raw`rejected: \u001b]0;x\u0007 \u009b2J \u202eevil\u000d` },
    ]);
});

test('a long text is cut, an empty status clears the badge', () => {
    assert.equal(shown({ fill: 'red', text: 'x'.repeat(61) })[0].text, `${'x'.repeat(59)}…`);
    assert.deepEqual(shown({}), [{}]);
});

test('while the badge rests the newest status waits, escaped too', async () => {
    const seen = [];
    const badge = statusBadge({ status: s => seen.push(s.text) });
    ['first', 'second', 'third\u0007'].forEach(text => badge.show({ text }));
    await new Promise(done => {
        const look = setInterval(() => {
            if (seen.length > 1) {
                clearInterval(look);
                done();
            }
        }, 5);
    });
    badge.stop();
    assert.deepEqual(seen, ['first', 'third\\u0007']);
});
