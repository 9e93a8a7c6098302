// Reads [{type, config}] from a file; for each, what the form says of the fields and what the server makes of them, as JSON.
// Of [{form, config, credentials}] it is what the server makes of them alone, for a message whose payload is {"x": {"y": 1}}.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const folder = process.argv[2];
const { customerIoModel: model } = require(path.join(folder, 'resources', 'model.js'));
const page = require('./page');
const { readInputs } = require(path.join(folder, 'values.js'));

const RED = { util: { evaluateNodeProperty: (text, type, node, msg, done) => done(null, type === 'msg' ? msg[text] : undefined) } };
const forms = [...model.actions, ...model.jobs];
const validate = (type, property, node) => {
    const its = page.load(folder).types[type].defaults[property];
    return its?.validate ? its.validate.call(node, node[property], {}) : true;
};

(async () => {
    const answers = [];
    for (const { type, config, form: own, credentials } of JSON.parse(fs.readFileSync(process.argv[3], 'utf8'))) {
        const form = own ?? forms.find(one => one.type === type);
        const problems = {};
        for (const { key } of own ? [] : form.fields) {
            for (const property of [`p_${key}`, `p_${key}_r`]) {
                const said = property in config ? validate(type, property, config) : true;
                if (said !== true) {
                    problems[key] = said;
                }
            }
        }

        try {
            answers.push({ problems, input: await readInputs(RED, { credentials: credentials ?? {} }, form, config, { payload: { x: { y: 1 } } }) });
        } catch (error) {
            answers.push({ problems, refused: error.problems ?? error.message });
        }
    }

    process.stdout.write(JSON.stringify(answers));
})();
