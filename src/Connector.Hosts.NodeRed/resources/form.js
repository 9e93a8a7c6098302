/* The HTML of the Customer.io nodes' forms and help texts, made from the model. */
(root => {
    'use strict';

    // What, and where from; then the narrowing.
    const FIRST_OF_TRIGGER = ['events', 'path'];
    const PUBLIC_URL = {
        key: 'publicUrl',
        title: 'Public URL',
        placeholder: 'https://flows.example.com',
        help: 'Where Customer.io reaches this Node-RED; with an App API key the webhook is then set up and removed by itself.',
    };

    function encode(text) {
        return String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
    }

    // ---- forms -------------------------------------------------------------------------------------------------------------------

    function connectionForm(connection) {
        const one = field =>
            row('config-input', field.key, field, {
                secret: field.secret,
                typed: field.options && `<input type="hidden" id="node-config-input-${field.key}_t">`,
            });
        return wrap('cio-connection', [
            row('config-input', 'name', { title: 'Name', help: 'What this connection is called in the editor, such as Production.' }),
            ...groups(
                connection.fields,
                one,
                [
                    '<div class="form-row"><button type="button" class="red-ui-button" id="cio-check">Test connection</button>',
                    '<ul class="cio-check-result" id="cio-check-result" role="status" aria-live="polite"></ul></div>',
                ],
                'Advanced',
            ),
        ]);
    }

    function actionForm(action) {
        const content = action.fields.find(field => field.without);
        const output = row('input', 'output', {
            title: 'Output to',
            help:
                action.output === 'payload'
                    ? 'Property of the message that gets what Customer.io answered.'
                    : 'Property of the message that gets what Customer.io answered; any but payload leaves msg.payload as it came.',
        });
        return wrap('cio-action', [
            nameRow(action),
            CONNECTION_ROW,
            content ? CONTENT_ROW : '',
            ...groups(action.fields, fieldRow, [output]),
            tryRow(action),
        ]);
    }

    function triggerForm(trigger) {
        const isFirst = field => FIRST_OF_TRIGGER.includes(field.key);
        return wrap('cio-trigger', [
            nameRow(trigger),
            CONNECTION_ROW,
            ...trigger.fields.filter(isFirst).map(fieldRow),
            row('input', PUBLIC_URL.key, PUBLIC_URL, { note: 'cio-note-address' }),
            ...groups(
                trigger.fields.filter(field => !isFirst(field)),
                fieldRow,
            ),
        ]);
    }

    const CONNECTION_ROW =
        '<div class="form-row"><label for="node-input-connection">Connection <span class="cio-required" title="required">*</span></label>\n' +
        '<input type="text" id="node-input-connection"></div>';

    const CONTENT_ROW =
        '<div class="form-row"><label for="cio-content">Content</label>\n' +
        '<select id="cio-content"><option value="template">From a template</option><option value="own">Given here</option></select></div>';

    function tryRow(action) {
        const [button, help] = action.isJob
            ? ['Dry run', 'Reads the tables with the last message that came here, as the form stands, and shows what a run would do; changes nothing.']
            : ['Try it', 'Shows the request for the last message that came here, as the form stands; sends nothing before you say so.'];
        return (
            `<div class="form-row"><button type="button" class="red-ui-button" id="cio-try">${button}</button>\n` +
            `<div class="cio-help">${help}</div>\n` +
            '<div class="cio-try-result" id="cio-try-result" role="status" aria-live="polite"></div></div>'
        );
    }

    const GROUPS = [
        ['advanced', ''],
        ['delivery', 'Delivery'],
        ['retries', 'Retries and region'],
    ];

    function wrap(style, parts) {
        return `<div class="cio-form ${style}">\n${parts.join('\n')}\n</div>`;
    }

    function nameRow(form) {
        return row('input', 'name', { title: 'Name', placeholder: form.title });
    }

    function groups(fields, rowOf, between = [], more = 'More about it') {
        const rowsIn = group => fields.filter(field => field.group === group).map(rowOf);
        const folded = GROUPS.map(([group, title]) => [group, title, rowsIn(group)]).filter(([, , rows]) => rows.length > 0);
        return [
            ...rowsIn('main'),
            ...between,
            ...folded.flatMap(([group, title, rows]) => [
                `<details class="cio-advanced" data-group="${group}"><summary>${title || more}</summary>`,
                ...rows,
                '</details>',
            ]),
        ];
    }

    function fieldRow(field) {
        if (field.editor === 'events') {
            return (
                `<div class="form-row"><label>${encode(field.title)} <span class="cio-help" id="cio-events-count"></span></label>\n` +
                `<div class="cio-events" id="cio-events"></div><div class="cio-help">${encode(field.help)}</div></div>`
            );
        }

        const hasRows = field.valueTypes.some(type => ['rows', 'conditions'].includes(type));
        const typed = [
            `<input type="hidden" id="node-input-p_${field.key}_t">`,
            hasRows ? `<div class="cio-rows"><ol id="cio-rows-${field.key}"></ol></div>` : '',
            field.editor === 'password'
                ? `<input type="password" id="node-input-s_${field.key}" autocomplete="new-password" hidden style="display: none">`
                : '',
            field.dynamic && !hasRows ? `<input type="hidden" id="node-input-p_${field.key}_n">` : '',
        ].join('');
        const isFree = field.editor === 'keyValue' && !field.shape.members;
        const dates = isFree ? ' A date is sent in Unix seconds; an empty one is now.' : '';
        const required = field.required || field.without !== undefined;
        const places = { typed, note: `cio-note-${field.key}`, problem: `cio-problem-${field.key}` };
        return row('input', `p_${field.key}`, { ...field, required, help: field.help + dates }, places);
    }

    function row(kind, key, { title, placeholder, required, help }, { secret, typed, note, problem } = {}) {
        const id = `node-${kind}-${key}`;
        const attributes = [
            `type="${secret ? 'password' : 'text'}" id="${id}"`,
            typed ? 'style="width: 100%"' : '',
            placeholder === undefined ? '' : `placeholder="${encode(placeholder)}"`,
            secret ? 'autocomplete="new-password"' : '',
        ];
        return [
            `<div class="form-row"><label for="${id}">${encode(title)}${required ? ' <span class="cio-required" title="required">*</span>' : ''}</label>`,
            `<input ${attributes.filter(Boolean).join(' ')}>${typed || ''}`,
            note ? `<div class="cio-help cio-note" id="${note}"></div>` : '',
            problem ? `<div class="cio-problem" id="${problem}" role="alert"></div>` : '',
            help ? `<div class="cio-help">${encode(help)}</div>` : '',
            '</div>',
        ]
            .filter(Boolean)
            .join('\n');
    }

    // ---- help --------------------------------------------------------------------------------------------------------------------

    function connectionHelp(connection) {
        const terms = connection.fields.map(field => term(field.title, field.secret ? 'secret' : field.type, field.help));
        return [
            `<p>${encode(connection.description)}</p>`,
            section('Properties', list([term('Name', 'string', 'What this connection is called in the editor.'), ...terms])),
            section(
                'Details',
                "<p>Secrets are kept in Node-RED's credentials. Every field may be <code>${NAME}</code>, the value of an environment variable. " +
                    '<b>Test connection</b> asks Customer.io about each key as the dialog has it, before anything is deployed.</p>',
            ),
        ].join('\n');
    }

    function actionHelp(action) {
        return [
            `<p>${encode(action.description)}</p>`,
            section(
                'Inputs',
                '<p>Each input is a fixed value, or comes from the message, the context, the environment or an expression. ' +
                'What is left empty is not sent.</p>' +
                    list(action.fields.map(field => fieldTerm(field, !field.required))),
            ),
            section(
                'Outputs',
                list([
                    term(action.output, 'object', 'What Customer.io answered; Output to names another property.'),
                    term('customerio', 'object', 'The rest of the result: status, request and warnings.'),
                ]),
            ),
            section(
                'Errors',
                '<p>A failed call goes to a Catch node. <code>msg.error.code</code> says who has to act: <code>input</code>, <code>connection</code>, ' +
                    '<code>rejected</code>, <code>rateLimited</code>, <code>unavailable</code>, <code>uncertain</code> or <code>cancelled</code>. ' +
                    '<code>msg.error.cause</code> has the same as <code>kind</code>, with <code>status</code>, <code>problems</code>, ' +
                    '<code>retryAfter</code> ' +
                    'and <code>attempts</code>.</p>',
            ),
            section(
                'Examples',
                action.examples.map(example => `<p>${encode(example.title)}</p>\n<pre>${encode(JSON.stringify(example.input, null, 2))}</pre>`).join('\n'),
            ),
        ].join('\n');
    }

    function triggerHelp(trigger) {
        const events = list([
            term('payload', 'object', 'The event as Customer.io sent it, or the track call.'),
            term('topic', 'string', "The event's name, such as email_delivered."),
            term('customerio', 'object', "The event's id as eventId, and whether its signature was verified."),
        ]);
        const refused = list([term('payload', 'object', "The status that was answered and the reason, without anybody's data.")]);
        return [
            `<p>${encode(trigger.description)}</p>`,
            section('Properties', list([...trigger.fields.map(field => fieldTerm(field, true)), term(PUBLIC_URL.title, 'string', PUBLIC_URL.help, true)])),
            section('Outputs', `<ol class="node-ports"><li>Events\n${events}</li><li>Refused deliveries\n${refused}</li></ol>`),
            section(
                'Details',
                "<p>Node-RED's own HTTP server takes what Customer.io posts to the path. Each event is kept before it is answered, and comes out once, " +
                    'however often it is sent. With a <b>Webhook Signing Key</b> in the connection, what is not signed with it is refused; ' +
                    'without one, anybody who knows ' +
                    'the address can start the flow.</p>' +
                    '<p>With an <b>App API Key</b> and a Public URL the reporting webhook is made when the node is deployed, and removed when the node is. ' +
                    'Otherwise the badge under the node says which address to give to Customer.io.</p>',
            ),
        ].join('\n');
    }

    function section(title, html) {
        return `<h3>${title}</h3>\n${html}`;
    }

    function list(terms) {
        return `<dl class="message-properties">\n${terms.join('\n')}\n</dl>`;
    }

    function fieldTerm(field, optional) {
        const usual = field.default === undefined ? '' : ` Default: ${JSON.stringify(field.default)}.`;
        return term(field.title, field.types.join(' | ') || 'any', field.help + usual, optional);
    }

    function term(name, type, text, optional) {
        return `<dt${optional ? ' class="optional"' : ''}>${encode(name)} <span class="property-type">${encode(type)}</span></dt>\n<dd>${encode(text)}</dd>`;
    }

    root.customerIoForm = { connectionForm, actionForm, triggerForm, connectionHelp, actionHelp, triggerHelp };
})(typeof module === 'object' ? module.exports : window);
