/* The forms of the Customer.io nodes: what each type is registered with, and the editors that the fields of its form are turned into. */
window.customerIo = (function () {
    'use strict';

    const FROM_ELSEWHERE = ['msg', 'flow', 'global', 'env', 'jsonata'];
    const NULL = { value: 'null', label: 'null', icon: 'fa fa-ban', hasValue: false };
    const DATE = { value: 'date', label: 'date', icon: 'fa fa-calendar', validate: isDate };
    const ROW_TYPES = ['str', 'num', 'bool', 'json', NULL, DATE, ...FROM_ELSEWHERE];
    // A trigger is deployed without a message to read from.
    const FIXED_ROW_TYPES = ['str', 'env'];

    // ---- value types -------------------------------------------------------------------------------------------------------------

    function isDate(value) {
        return value.trim() === '' || !Number.isNaN(Date.parse(value));
    }

    function choiceType(value, options, empty) {
        return { value, label: '', options: [...(empty === null ? [] : [{ value: '', label: empty }]), ...options] };
    }

    function valueTypes(field) {
        const empty = field.default !== undefined ? `Default: ${shown(field, field.default)}` : field.required ? 'Choose…' : 'Not set';
        return field.valueTypes.map(type => {
            switch (type) {
                case 'choice':
                    return choiceType('choice', field.options, empty);
                case 'bool':
                    return choiceType(
                        'bool',
                        [
                            { value: 'true', label: 'Yes' },
                            { value: 'false', label: 'No' },
                        ],
                        empty,
                    );
                case 'rows':
                    return { value: 'rows', label: field.editor === 'list' ? 'Items below' : 'Rows below', icon: 'fa fa-list', hasValue: false };
                case 'cred':
                    return { value: 'cred', label: 'secret', icon: 'fa fa-lock', inputType: 'password' };
                case 'str':
                    return field.dynamic ? dynamicType(field) : 'str';
                default:
                    return type;
            }
        });
    }

    function shown(field, value) {
        if (typeof value === 'boolean') {
            return value ? 'Yes' : 'No';
        }

        const option = (field.options || []).find(o => o.value === value);
        return option ? option.label : String(value);
    }

    /** A text with a drop-down: Customer.io is asked for what there is, and any other text may be typed. */
    function dynamicType(field) {
        const fetch = () => $.getJSON(`customerio/options/${encodeURIComponent(field.dynamic)}`, { connection: $('#node-input-connection').val() });
        const note = text => $(`#cio-note-${field.key}`).text(text || '');
        let known = null;
        let asked = null;
        const load = use => {
            const connection = $('#node-input-connection').val();
            if (known && asked === connection) {
                use(known);
                return;
            }

            fetch()
                .done(answer => {
                    asked = connection;
                    known = (answer.data ? answer.data.options : answer.options || []).map(o => ({
                        value: String(o.value),
                        label: o.label || String(o.value),
                    }));
                    note(known.length === 0 ? 'Customer.io has none; type a value.' : '');
                    use(known);
                })
                .fail(failed => {
                    note(reasonOf(failed));
                    use([]);
                });
        };
        return {
            value: 'str',
            label: 'string',
            icon: 'red/images/typedInput/az.svg',
            autoComplete: (text, done) => load(all => done(all.filter(o => `${o.label} ${o.value}`.toLowerCase().includes(text.toLowerCase())))),
            expand() {
                const input = this.input;
                const choose = option => this.value(option.value);
                load(all => {
                    if (all.length > 0) {
                        const menu = RED.popover.menu({
                            options: all,
                            width: Math.max(300, input.width()),
                            maxHeight: 220,
                            tabSelect: true,
                            onselect: choose,
                            onclose: () => input.trigger('focus'),
                        });
                        menu.show({ target: input });
                    }
                });
            },
        };
    }

    function reasonOf(failed) {
        const answer = failed.responseJSON;
        return answer && answer.message ? answer.message : `Node-RED did not answer (${failed.status || 'no connection'}).`;
    }

    // ---- rows --------------------------------------------------------------------------------------------------------------------

    function prepareRows(node, field) {
        const list = $(`#cio-rows-${field.key}`);
        const keyed = field.editor === 'keyValue';
        list.editableList({
            addButton: keyed ? 'add a row' : 'add an item',
            removable: true,
            sortable: true,
            height: 'auto',
            addItem(item, index, row) {
                item.addClass('cio-row');
                if (keyed) {
                    $('<input>', { type: 'text', class: 'cio-key', placeholder: 'key' })
                        .val(row.k || '')
                        .appendTo(item)
                        .on('change keyup', () => markKeys(list));
                    if (field.dynamic) {
                        item.find('.cio-key').autoComplete({ search: dynamicType(field).autoComplete, minLength: 0 });
                    }
                }

                const value = $('<input>', { type: 'text', style: 'width: 100%' }).val(row.v === undefined ? '' : row.v);
                $('<div>', { class: 'cio-value' }).append(value).appendTo(item);
                value.addClass('cio-typed').typedInput({ default: row.t || 'str', types: field.valueTypes.includes('msg') ? ROW_TYPES : FIXED_ROW_TYPES });
                value.on('change', (event, type) => item.find('.red-ui-typedInput-input').attr('placeholder', type === 'date' ? 'now' : ''));
                value.typedInput('type', row.t || 'str');
            },
            removeItem: () => markKeys(list),
        });
        for (const row of node[`p_${field.key}_r`] || []) {
            list.editableList('addItem', row);
        }
    }

    function markKeys(list) {
        const inputs = list.find('.cio-key').toArray();
        const count = key => inputs.filter(i => i.value === key).length;
        for (const input of inputs) {
            $(input)
                .toggleClass('input-error', input.value !== '' && count(input.value) > 1)
                .attr('title', count(input.value) > 1 ? 'This key stands twice.' : '');
        }
    }

    function readRows(field) {
        // A removed row fades out for a moment, and is still in the list then.
        const items = $(`#cio-rows-${field.key}`)
            .editableList('items')
            .toArray()
            .filter(item => !$(item).closest('li').hasClass('red-ui-editableList-item-deleting'));
        const rows = items.map(item => {
            const value = $(item).find('.cio-typed');
            const row = { t: value.typedInput('type'), v: value.typedInput('value') };
            return field.editor === 'keyValue' ? { k: $(item).find('.cio-key').val().trim(), ...row } : row;
        });
        return rows.filter(row => field.editor === 'list' || row.k !== '' || row.v !== '');
    }

    function rowProblem(field, rows) {
        const keys = new Set();
        for (const row of rows) {
            if (field.editor === 'keyValue') {
                if (row.k === '') {
                    return 'a row has no key';
                }

                if (keys.has(row.k)) {
                    return `the key "${row.k}" stands twice`;
                }

                keys.add(row.k);
            }

            const name = field.editor === 'keyValue' ? `"${row.k}"` : 'an item';
            if (
                row.t === 'date'
                    ? !isDate(row.v)
                    : ['num', 'json', 'msg', 'flow', 'global', 'jsonata'].includes(row.t) &&
                      (row.v === '' || RED.utils.validateTypedProperty(row.v, row.t) !== true)
            ) {
                return `${name} has no valid value`;
            }
        }

        return null;
    }

    // ---- fields ------------------------------------------------------------------------------------------------------------------

    function fieldProblem(field, type, value, rows) {
        const isRows = type === 'rows';
        const isEmpty = isRows ? rows.length === 0 : type !== 'cred' && (value === undefined || value === '');
        if (isEmpty) {
            return field.required ? 'is required' : null;
        }

        if (isRows) {
            return rowProblem(field, rows);
        }

        if (['choice', 'bool', 'str', 'cred', 'env'].includes(type)) {
            return null;
        }

        if (RED.utils.validateTypedProperty(value, type) !== true) {
            return type === 'num'
                ? 'must be a number'
                : type === 'json'
                  ? 'is not valid JSON'
                  : type === 'jsonata'
                    ? 'is not a valid expression'
                    : 'is not a valid property';
        }

        const number = Number(value);
        if (type === 'num' && (number < field.minimum || number > field.maximum)) {
            return `must be from ${field.minimum} to ${field.maximum}`;
        }

        return null;
    }

    function validator(field, read) {
        return function (value, options) {
            const problem = read(this, value);
            return problem === null ? true : options ? `${field.title} ${problem}` : false;
        };
    }

    function typeOf(node, field) {
        // While the dialog is open the choice stands in the form and not yet in the node.
        return $(`#node-input-p_${field.key}_t`).val() || node[`p_${field.key}_t`] || field.valueTypes[0];
    }

    function defaultsOf(action) {
        const defaults = { name: { value: '' }, connection: { type: action.connectionType, required: true } };
        for (const field of action.fields.filter(f => f.editor !== 'events')) {
            defaults[`p_${field.key}`] = {
                value: '',
                validate: validator(field, (node, value) => (typeOf(node, field) === 'rows' ? null : fieldProblem(field, typeOf(node, field), value))),
            };
            defaults[`p_${field.key}_t`] = { value: field.valueTypes[0] };
            if (hasRows(field)) {
                defaults[`p_${field.key}_r`] = {
                    value: [],
                    validate: validator(field, (node, rows) =>
                        (node[`p_${field.key}_t`] || 'rows') === 'rows' ? fieldProblem(field, 'rows', '', rows || []) : null,
                    ),
                };
            }
        }

        return defaults;
    }

    function hasRows(field) {
        return field.valueTypes.includes('rows');
    }

    function prepareField(node, field) {
        const input = $(`#node-input-p_${field.key}`);
        if (isSecret(field) && typeOf(node, field) === 'cred') {
            input.val($(`#node-input-s_${field.key}`).val());
        }

        input.typedInput({ default: field.valueTypes[0], types: valueTypes(field), typeField: `#node-input-p_${field.key}_t` });
        if (hasRows(field)) {
            prepareRows(node, field);
            const list = $(`#cio-rows-${field.key}`).closest('.red-ui-editableList');
            const toggle = () => list.toggle(input.typedInput('type') === 'rows');
            input.on('change', toggle);
            toggle();
        }

        // The label was for the field that typedInput hides; give its name to what people see and screen readers read.
        input.closest('.form-row').find('.red-ui-typedInput-input').first().attr('aria-label', field.title);
    }

    function isSecret(field) {
        return field.editor === 'password';
    }

    /** Moves a secret out of the node's properties, which are exported with the flow, into its credentials. */
    function keepSecret(field) {
        const input = $(`#node-input-p_${field.key}`);
        const isHere = input.typedInput('type') === 'cred';
        $(`#node-input-s_${field.key}`).val(isHere ? input.typedInput('value') : '');
        if (isHere) {
            input.typedInput('value', '');
        }
    }

    function isTouched(node, field) {
        const first = field.valueTypes[0];
        return (node[`p_${field.key}`] || '') !== '' || (node[`p_${field.key}_t`] || first) !== first || (node[`p_${field.key}_r`] || []).length > 0;
    }

    // ---- nodes -------------------------------------------------------------------------------------------------------------------

    /** Fills the empty form and help text of a type, and registers it: the page holds the call, since Node-RED's catalogue reads it there. */
    function define(type, register) {
        const { connection, actions, jobs, triggers } = window.customerIoModel;
        const form = window.customerIoForm;
        const trigger = triggers.find(one => one.type === type);
        const action = [...actions, ...jobs].find(one => one.type === type);
        const [of, template, help, its] = action
            ? [action, form.actionForm, form.actionHelp, actionType]
            : trigger
              ? [trigger, form.triggerForm, form.triggerHelp, triggerType]
              : [connection, form.connectionForm, form.connectionHelp, connectionType];
        $(`script[data-template-name="${type}"]`).text(template(of));
        $(`script[data-help-name="${type}"]`).text(help(of));
        register(its(of));
    }

    function actionType(action) {
        return {
            defaults: defaultsOf(action),
            credentials: Object.fromEntries(action.fields.filter(isSecret).map(f => [`s_${f.key}`, { type: 'password' }])),
            paletteLabel: action.title,
            label() {
                return this.name || action.title;
            },
            labelStyle() {
                return this.name ? 'node_label_italic' : '';
            },
            oneditprepare() {
                for (const field of action.fields) {
                    prepareField(this, field);
                }

                const advanced = action.fields.filter(field => field.group === 'advanced');
                $('#dialog-form .cio-advanced').prop(
                    'open',
                    advanced.some(field => isTouched(this, field)),
                );
            },
            oneditsave() {
                action.fields.filter(isSecret).forEach(keepSecret);
                for (const field of action.fields.filter(hasRows)) {
                    this[`p_${field.key}_r`] = readRows(field);
                }
            },
        };
    }

    // ---- triggers ----------------------------------------------------------------------------------------------------------------

    function triggerType(trigger) {
        const fields = trigger.fields.filter(field => field.editor !== 'events');
        const defaults = defaultsOf(trigger);
        defaults.p_events = { value: [] };
        defaults.publicUrl = {
            value: '',
            validate: (value, options) =>
                !value || /^\$\{[^}]+\}$/.test(value) || /^https?:\/\/[^/\s]+/i.test(value) || (options ? 'Public URL must begin with https://' : false),
        };
        return {
            outputLabels: ['events', 'refused deliveries'],
            defaults,
            paletteLabel: trigger.title,
            label() {
                return this.name || trigger.title;
            },
            labelStyle() {
                return this.name ? 'node_label_italic' : '';
            },
            oneditprepare() {
                prepareEvents(trigger, this.p_events || []);
                for (const field of fields) {
                    prepareField(this, field);
                }

                const advanced = fields.filter(field => field.group === 'advanced');
                $('#dialog-form .cio-advanced').prop(
                    'open',
                    advanced.some(field => isTouched(this, field)),
                );
                const address = () => {
                    const base = ($('#node-input-publicUrl').val() || '').trim().replace(/\/+$/, '');
                    const path = $('#node-input-p_path').typedInput('value') || trigger.fields.find(field => field.key === 'path').default;
                    const root = (RED.settings.httpNodeRoot || '/').replace(/\/+$/, '');
                    $('#cio-note-address').text(
                        base
                            ? `Address to give to Customer.io: ${base}${root}${path}`
                            : `Address to give to Customer.io: ${location.origin} (if it can be reached from outside), path ${root}${path}`,
                    );
                };
                $('#node-input-publicUrl, #node-input-p_path').on('input change keyup', address);
                address();
            },
            oneditsave() {
                this.p_events = chosenEvents();
                for (const field of fields.filter(hasRows)) {
                    this[`p_${field.key}_r`] = readRows(field);
                }
            },
        };
    }

    /** Checkboxes by channel; a channel's own box chooses all of its events. */
    function prepareEvents(trigger, chosen) {
        const box = $('#cio-events');
        for (const group of trigger.events) {
            const some = group.events.some(event => chosen.includes(event.name));
            const part = $('<details>').prop('open', some).appendTo(box);
            const all = $('<input>', { type: 'checkbox', 'aria-label': `all of ${group.title}` });
            $('<summary>')
                .append(all, $('<span>').text(` ${group.title} `), $('<span>', { class: 'cio-help cio-count' }))
                .appendTo(part);
            for (const event of group.events) {
                const one = $('<input>', { type: 'checkbox', class: 'cio-event', value: event.name }).prop('checked', chosen.includes(event.name));
                $('<label>', { title: event.description })
                    .append(one, $('<span>').text(` ${event.title}`))
                    .appendTo(part);
            }

            const show = () => {
                const boxes = part.find('.cio-event');
                const on = boxes.filter(':checked').length;
                all.prop({ checked: on === boxes.length, indeterminate: on > 0 && on < boxes.length });
                part.find('.cio-count').text(on > 0 ? `${on} of ${boxes.length}` : '');
                const total = chosenEvents().length;
                $('#cio-events-count').text(total > 0 ? `${total} chosen` : 'all');
            };
            all.on('click', event => event.stopPropagation()).on('change', () => {
                part.find('.cio-event').prop('checked', all.prop('checked'));
                show();
            });
            part.on('change', '.cio-event', show);
            show();
        }
    }

    function chosenEvents() {
        return $('#cio-events .cio-event:checked')
            .map((_, box) => box.value)
            .get();
    }

    function connectionType(connection) {
        const plain = connection.fields.filter(field => !field.secret);
        const defaults = { name: { value: '' } };
        for (const field of plain) {
            defaults[field.key] = {
                value: field.options ? field.default || '' : '',
                validate: validator(field, (node, value) =>
                    field.type !== 'number' || !value || /^\$\{[^}]+\}$/.test(value) || Number(value) >= 0 ? null : 'must be a number',
                ),
            };
            if (field.options) {
                defaults[`${field.key}_t`] = { value: 'choice' };
            }
        }

        return {
            defaults,
            credentials: Object.fromEntries(connection.fields.filter(field => field.secret).map(field => [field.key, { type: 'password' }])),
            label() {
                return this.name || (this.siteId ? `Customer.io ${this.siteId}` : 'Customer.io');
            },
            oneditprepare() {
                for (const field of plain.filter(f => f.options)) {
                    $(`#node-config-input-${field.key}`).typedInput({
                        default: 'choice',
                        types: [choiceType('choice', field.options, null), { value: 'str', label: '${ENV}' }],
                        typeField: `#node-config-input-${field.key}_t`,
                    });
                }

                const node = this;
                const inputs = () =>
                    $('.cio-connection')
                        .find('input')
                        .map((_, input) => input.value)
                        .get()
                        .join('\n');
                const advanced = connection.fields.filter(field => field.group === 'advanced');
                $('.cio-connection .cio-advanced').prop(
                    'open',
                    advanced.some(f => ![undefined, '', f.default].includes(node[f.key]) || (f.secret && $(`#node-config-input-${f.key}`).val())),
                );
                const before = inputs();
                $('#cio-check').on('click', event => {
                    event.preventDefault();
                    check(node, inputs() !== before);
                });
            },
        };
    }

    function check(node, edited) {
        const say = lines =>
            $('#cio-check-result')
                .empty()
                .append(
                    lines.map(line =>
                        $('<li>').append(
                            $('<i>', { class: `fa ${line.good === true ? 'fa-check cio-good' : line.good === false ? 'fa-times cio-bad' : 'fa-circle-o'}` }),
                            $('<span>').text(line.text),
                        ),
                    ),
                );
        const deployed = RED.nodes.node(node.id);
        if (edited || !deployed || deployed.changed) {
            say([{ text: 'Press Deploy first: the test uses the keys that are deployed, not those in this dialog.' }]);
            return;
        }

        say([{ text: 'Asking Customer.io…' }]);
        $.ajax({ url: 'customerio/check', method: 'POST', contentType: 'application/json', data: JSON.stringify({ connection: node.id }) })
            .done(result => {
                const report = result.data || result;
                const where = report.region ? [{ text: `Region: ${report.region.toUpperCase()}` }] : [];
                say(
                    where.concat(
                        (report.credentials || []).map(c => ({
                            good: c.state === 'works' ? true : c.state === 'refused' ? false : undefined,
                            text: `${titleOf(c.name)}: ${c.message}`,
                        })),
                    ),
                );
            })
            .fail(failed => say([{ good: false, text: reasonOf(failed) }]));
    }

    function titleOf(name) {
        return { track: 'Track API', app: 'App API', pipelines: 'Pipelines API', webhook: 'Webhook signing key' }[name] || name;
    }

    return { define };
})();
