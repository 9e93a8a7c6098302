/* The forms of the Customer.io nodes: what each type is registered with, and the editors that the fields of its form are turned into. */
window.customerIo = (function () {
    'use strict';

    const FROM_ELSEWHERE = ['msg', 'flow', 'global', 'env', 'jsonata'];
    const NULL = { value: 'null', label: 'null', icon: 'fa fa-ban', hasValue: false };
    // The editor loads the scripts of a page in no certain order, but runs what the page itself says last.
    const shape = {
        read: (text, type) => window.customerIoShape.read(text, type),
        problem: (of, value) => window.customerIoShape.problem(of, value),
    };
    const DATE = { value: 'date', label: 'date', icon: 'fa fa-calendar', validate: isDate, expand: Object.assign(pickDate, { icon: 'fa-calendar' }) };
    const TEXT_ICON = 'red/images/typedInput/az.svg';
    const ROW_TYPES = ['str', 'num', 'bool', 'json', NULL, DATE, ...FROM_ELSEWHERE];
    // A trigger is deployed without a message to read from.
    const FIXED_ROW_TYPES = ['str', 'env'];

    // ---- value types -------------------------------------------------------------------------------------------------------------

    function isDate(value) {
        return reading(value, 'date').problem === undefined;
    }

    function reading(text, type) {
        try {
            return { value: shape.read(text, type) };
        } catch (error) {
            return { problem: error.message };
        }
    }

    /** Opens the browser's own picker of dates; what is picked is local time, and written with Z. */
    function pickDate() {
        const picker = $('<input>', { type: 'datetime-local', class: 'cio-picker', step: 1, 'aria-label': 'date and time' }).insertAfter(this.uiSelect);
        const known = Date.parse(this.value());
        const local = new Date((Number.isNaN(known) ? Date.now() : known) - new Date().getTimezoneOffset() * 60_000);
        picker.val(local.toISOString().slice(0, 19));
        picker
            .on('change', () => this.value(new Date(picker.val()).toISOString().replace('.000', '')))
            .on('blur', () => picker.remove())
            .trigger('focus');
        if (picker[0].showPicker) {
            picker[0].showPicker();
        }
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
                    return { value: 'rows', label: field.editor === 'list' ? 'List' : 'Key and value rows', icon: 'fa fa-list', hasValue: false };
                case 'conditions':
                    return {
                        value: 'conditions',
                        label: 'Conditions',
                        icon: 'fa fa-filter',
                        options: [
                            { value: 'and', label: 'All of these conditions' },
                            { value: 'or', label: 'Any of these conditions' },
                        ],
                    };
                case 'date':
                    return DATE;
                case 'cred':
                    return { value: 'cred', label: 'secret', icon: 'fa fa-lock', inputType: 'password' };
                case 'str':
                    return field.dynamic ? dynamicType(field) : isHtml(field) ? HTML : 'str';
                default:
                    return type;
            }
        });
    }

    function isHtml(field) {
        return field.editor === 'code' && field.types.join() === 'string';
    }

    const HTML = {
        value: 'str',
        label: 'HTML',
        icon: TEXT_ICON,
        expand() {
            RED.editor.editText({ mode: 'ace/mode/html', value: this.value(), complete: text => this.value(text) });
        },
    };

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
        const isList = field.editor === 'list';
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
            icon: TEXT_ICON,
            autoComplete: (text, done) => load(all => done(all.filter(o => `${o.label} ${o.value}`.toLowerCase().includes(text.toLowerCase())))),
            expand: Object.assign(expand, { icon: 'fa-caret-down' }),
        };

        function expand() {
            const input = this.input;
            const choose = option => {
                this.value(option.value);
                if (isList) {
                    this.element.closest('.cio-row').find('.cio-name').text(option.label);
                } else {
                    rename(field, option.label, option.value);
                }
            };
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
        }
    }

    /** Keeps the name of what was chosen beside its number, until another value is typed. */
    function rename(field, label, value) {
        $(`#node-input-p_${field.key}_n`).val(label).data('of', value);
        $(`#cio-note-${field.key}`).text(label);
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
                item.toggleClass('cio-blank', row.blank === true);
                const types = rowTypes(field, row.t);
                const first = row.t || (keyed ? 'str' : typeName(types[0]));
                value.addClass('cio-typed').typedInput({ default: first, types });
                value.on('change', (event, type) => item.find('.red-ui-typedInput-input').attr('placeholder', type === 'date' ? 'now' : ''));
                value.typedInput('type', first);
                if (row.t === undefined && !row.blank && first === 'json' && field.example) {
                    value.typedInput('value', JSON.stringify(field.example[0]));
                }

                if (field.dynamic && !keyed) {
                    $('<span>', { class: 'cio-help cio-name' })
                        .text(row.n || '')
                        .appendTo(item);
                }

                value.on('change', () => showProblem(field));
                item.one('change input', () => item.removeClass('cio-blank'));
                setTimeout(() => showProblem(field));
            },
            removeItem() {
                markKeys(list);
                showProblem(field);
            },
        });
        // One row to begin with, unless it would have to be an object.
        const rows = node[`p_${field.key}_r`] || [];
        const blank = typeName(rowTypes(field)[0]) === 'json' ? [] : [{ blank: true }];
        for (const row of rows.length > 0 ? rows : blank) {
            list.editableList('addItem', row);
        }
    }

    function typeName(type) {
        return type.value || type;
    }

    /** The types of a row's value: free ones, or those that the items of a list have. One that a flow has already stays. */
    function rowTypes(field, used) {
        if (field.editor !== 'list' || !field.itemTypes) {
            return field.valueTypes.includes('msg') ? ROW_TYPES : FIXED_ROW_TYPES;
        }

        const types = field.itemTypes.map(type => (type === 'str' && field.dynamic ? dynamicType(field) : type));
        return used === undefined || types.some(type => typeName(type) === used)
            ? types
            : [...types, ROW_TYPES.find(type => typeName(type) === used) || used];
    }

    const OPERATORS = [
        ['eq', 'equals'],
        ['exists', 'has any value'],
        ['segment', 'member of segment number'],
    ];

    function prepareConditions(node, field) {
        const list = $(`#cio-rows-${field.key}`);
        list.editableList({
            addButton: 'add a condition',
            removable: true,
            height: 'auto',
            addItem(item, index, row) {
                item.addClass('cio-row');
                const key = $('<input>', { type: 'text', class: 'cio-key', placeholder: 'attribute', 'aria-label': 'attribute' })
                    .val(row.k || '')
                    .appendTo(item);
                const operator = $('<select>', { class: 'cio-operator', 'aria-label': 'operator' })
                    .append(
                        OPERATORS.filter(([name]) => name !== 'segment' || field.conditions === 'attribute').map(([name, label]) =>
                            $('<option>', { value: name }).text(label),
                        ),
                    )
                    .val(row.op || 'eq')
                    .appendTo(item);
                const value = $('<input>', { type: 'text', style: 'width: 100%' }).val(row.v === undefined ? '' : row.v);
                const box = $('<div>', { class: 'cio-value' }).append(value).appendTo(item);
                value.addClass('cio-typed').typedInput({ default: row.t || 'str', types: ['str', 'num', 'bool', DATE, ...FROM_ELSEWHERE] });
                value.typedInput('type', row.t || 'str');
                const fit = () => {
                    key.toggle(operator.val() !== 'segment');
                    box.toggle(operator.val() !== 'exists');
                    showProblem(field);
                };
                operator.on('change', () => {
                    value.typedInput('type', operator.val() === 'segment' ? 'num' : 'str');
                    fit();
                });
                key.add(value).on('change keyup', () => showProblem(field));
                fit();
                setTimeout(() => showProblem(field));
            },
            removeItem: () => setTimeout(() => showProblem(field)),
        });
        const rows = node[`p_${field.key}_r`] || [];
        for (const row of rows.length > 0 ? rows : [{}]) {
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
            .filter(item => !$(item).hasClass('cio-blank') && !$(item).closest('li').hasClass('red-ui-editableList-item-deleting'));
        const rows = items.map(item => {
            const value = $(item).find('.cio-typed');
            const row = { t: value.typedInput('type'), v: value.typedInput('value') };
            const name = $(item).find('.cio-name').text();
            if (name) {
                row.n = name;
            }

            if (field.conditions) {
                return { k: $(item).find('.cio-key').val().trim(), op: $(item).find('.cio-operator').val(), ...row };
            }

            return field.editor === 'keyValue' ? { k: $(item).find('.cio-key').val().trim(), ...row } : row;
        });
        return rows.filter(row => field.editor === 'list' || row.k !== '' || row.v !== '' || row.op === 'segment');
    }

    // ---- problems ----------------------------------------------------------------------------------------------------------------

    const FIXED = ['str', 'choice', 'num', 'bool', 'json', 'date', 'null'];

    /** What is wrong with the rows of a field, in the words of the runner, or null. */
    function rowsProblem(field, rows) {
        const keys = new Set();
        const values = [];
        for (const [index, row] of rows.entries()) {
            const needsKey = field.editor === 'keyValue' || (field.conditions && row.op !== 'segment');
            if (needsKey && row.k === '') {
                return field.conditions ? 'has a condition without an attribute.' : 'has a row without a key.';
            }

            if (field.editor === 'keyValue' && keys.has(row.k)) {
                return `has the key "${row.k}" twice.`;
            }

            keys.add(row.k);
            const name = field.editor === 'keyValue' || needsKey ? `"${row.k}"` : `item ${index + 1}`;
            if (row.op === 'exists') {
                continue;
            }

            if (!FIXED.includes(row.t)) {
                const found = elsewhereProblem(row.v, row.t);
                if (found) {
                    return `${name} ${found}`;
                }

                continue;
            }

            const { value, problem } = reading(row.v, row.t);
            const each = field.editor === 'list' ? field.shape.items : field.conditions ? undefined : field.shape.members;
            const found = problem || (each ? shape.problem(each, value) : null);
            if (found) {
                return `${name} ${found}`;
            }

            values.push(value);
        }

        return field.editor === 'list' && values.length === rows.length ? shape.problem({ ...field.shape, items: undefined }, values) : null;
    }

    function elsewhereProblem(value, type) {
        if (['env', 'cred'].includes(type)) {
            return null;
        }

        return value === '' || RED.utils.validateTypedProperty(value, type) !== true
            ? type === 'jsonata'
                ? 'is not a valid expression.'
                : 'is not a valid property.'
            : null;
    }

    /** What is wrong with a field, in the words of the runner, or null. */
    function fieldProblem(field, type, value, rows) {
        const isRows = ['rows', 'conditions'].includes(type);
        const isEmpty = isRows ? (rows || []).length === 0 : type !== 'cred' && (value === undefined || value === '');
        if (isEmpty) {
            return field.required ? 'is required.' : null;
        }

        if (isRows) {
            return rowsProblem(field, rows);
        }

        if (!FIXED.includes(type)) {
            return elsewhereProblem(value, type);
        }

        const { value: read, problem } = reading(value, type);
        return problem || shape.problem(field.shape || {}, read);
    }

    /** Says under a field what is wrong with it as the dialog has it. */
    function showProblem(field) {
        const input = $(`#node-input-p_${field.key}`);
        const place = $(`#cio-problem-${field.key}`);
        if (place.length === 0 || !input.data('noderedTypedInput')) {
            return;
        }

        const type = input.typedInput('type');
        const rows = ['rows', 'conditions'].includes(type) ? readRows(field) : [];
        const problem = fieldProblem({ ...field, required: field.required || isNeeded(field) }, type, input.typedInput('value'), rows);
        place.text(problem ? `${field.title} ${problem}` : '');
        input.closest('.form-row').toggleClass('cio-wrong', problem !== null);
    }

    /** Whether a field must be filled in because the dialog says that the content is given here and not by a template. */
    function isNeeded(field) {
        return field.without !== undefined && $('#cio-content').val() === 'own';
    }

    function validator(field, read) {
        return function (value, options) {
            const problem = read(this, value);
            return problem === null ? true : options ? `${field.title} ${problem}` : false;
        };
    }

    function typeOf(node, field) {
        // While the dialog is open the choice stands in the form and not yet in the node.
        return $(`#node-input-p_${field.key}_t`).val() || typeIn(node, field);
    }

    function typeIn(node, field) {
        return node[`p_${field.key}_t`] || (node[`p_${field.key}`] && field.untyped) || field.valueTypes[0];
    }

    /** Whether a node that is not open lacks a field: one that only a template could stand in for. */
    function lacks(node, field, value) {
        return field.without !== undefined && !node[`p_${field.without}`] && (value === undefined || value === '');
    }

    function defaultsOf(action) {
        const defaults = { name: { value: '' }, connection: { type: action.connectionType, required: true } };
        for (const field of action.fields.filter(f => f.editor !== 'events')) {
            defaults[`p_${field.key}`] = {
                value: '',
                validate: validator(field, (node, value) =>
                    ['rows', 'conditions'].includes(typeOf(node, field))
                        ? null
                        : lacks(node, field, value) && $('#cio-content').length === 0
                          ? `is required without a ${titleIn(action, field.without)}.`
                          : fieldProblem(field, typeOf(node, field), value),
                ),
            };
            defaults[`p_${field.key}_t`] = { value: field.valueTypes[0] };
            if (hasRows(field)) {
                defaults[`p_${field.key}_r`] = {
                    value: [],
                    validate: validator(field, (node, rows) =>
                        ['rows', 'conditions'].includes(typeIn(node, field)) ? fieldProblem(field, 'rows', '', rows || []) : null,
                    ),
                };
            } else if (field.dynamic) {
                defaults[`p_${field.key}_n`] = { value: '' };
            }
        }

        return defaults;
    }

    function titleIn(action, key) {
        return action.fields.find(field => field.key === key).title;
    }

    function hasRows(field) {
        return field.valueTypes.some(type => ['rows', 'conditions'].includes(type));
    }

    function prepareField(node, field) {
        const input = $(`#node-input-p_${field.key}`);
        if (isSecret(field) && typeOf(node, field) === 'cred') {
            input.val($(`#node-input-s_${field.key}`).val());
        }

        if (!$(`#node-input-p_${field.key}_t`).val()) {
            $(`#node-input-p_${field.key}_t`).val(typeIn(node, field));
        }

        input.typedInput({ default: field.valueTypes[0], types: valueTypes(field), typeField: `#node-input-p_${field.key}_t` });
        if (hasRows(field)) {
            (field.conditions ? prepareConditions : prepareRows)(node, field);
            const list = $(`#cio-rows-${field.key}`).closest('.red-ui-editableList');
            const toggle = () => list.toggle(['rows', 'conditions'].includes(input.typedInput('type')));
            input.on('change', toggle);
            toggle();
        } else if (field.dynamic) {
            const name = $(`#node-input-p_${field.key}_n`);
            rename(field, name.val(), input.typedInput('value'));
            input.on('change', () => {
                if (name.val() && input.typedInput('value') !== name.data('of')) {
                    rename(field, '', '');
                }
            });
        }

        input.on('change', () => showProblem(field));
        input.closest('.form-row').find('.red-ui-typedInput-input').first().on('input', () => showProblem(field));
        showProblem(field);

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
        if (type === connection.type && RED.events) {
            findByMeaning();
        }

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

    // ---- palette -----------------------------------------------------------------------------------------------------------------

    /** Lets the palette's and the canvas' search find a node by what it means, too. */
    function findByMeaning() {
        const { actions, jobs, triggers } = window.customerIoModel;
        const forms = [...actions, ...jobs, ...triggers];
        const words = new Map(forms.map(form => [form.type, `${form.title} ${form.words}`]));
        const palettes = new Map(forms.map(form => [form.type, form.palette]));
        RED.events.on('registry:node-type-added', type => {
            if (words.has(type)) {
                setTimeout(() => {
                    const entry = $(`.red-ui-palette-node[data-palette-type="${type}"]`).attr('data-palette-label', words.get(type));

                    // A group that the settings put first was named before this package's words were there.
                    entry.closest('.red-ui-palette-category').find('.red-ui-palette-header span').text(palettes.get(type));
                });
            }
        });
        RED.events.on('type-search:open', () =>
            $('#red-ui-type-search .red-ui-editableList-item-content').each((_, item) => {
                const entry = $(item).data('data');
                if (entry && words.has(entry.type)) {
                    entry.index += `|${words.get(entry.type).toLowerCase()}`;
                }
            }),
        );
    }

    let lastConnection = null;

    /** Gives a new node the only connection there is, or the one that was used last. */
    function chooseConnection(node, type) {
        const all = [];
        RED.nodes.eachConfig(config => {
            if (config.type === type && !config.d && (!config.z || config.z === node.z)) {
                all.push(config);
            }
        });
        const chosen = all.length === 1 ? all[0] : all.find(config => config.id === lastConnection);
        if (!node.connection && chosen) {
            node.connection = chosen.id;
        }
    }

    function commonOf(form) {
        // What else it is called helps to find it, and makes the node twice as wide.
        const short = form.title.replace(/ \(.*\)$/, '');
        return {
            // The palette breaks lines at hyphens.
            paletteLabel: short.replace(/-/g, '\u2011'),
            label() {
                return this.name || short;
            },
            labelStyle() {
                return this.name ? 'node_label_italic' : '';
            },
            onadd() {
                chooseConnection(this, form.connectionType);
            },
        };
    }

    function openTouched(node, fields) {
        for (const part of $('#dialog-form .cio-advanced').toArray()) {
            const isOpen = fields.some(field => field.group === part.dataset.group && isTouched(node, field));
            $(part).prop('open', isOpen);
        }
    }

    function actionType(action) {
        return {
            ...commonOf(action),
            defaults: { ...defaultsOf(action), output: { value: action.output } },
            credentials: Object.fromEntries(action.fields.filter(isSecret).map(f => [`s_${f.key}`, { type: 'password' }])),
            oneditprepare() {
                prepareContent(this, action);
                for (const field of action.fields) {
                    prepareField(this, field);
                }

                // A node of an earlier version does not say where to.
                const output = $('#node-input-output');
                output.val(this.output || 'payload').typedInput({ types: ['msg'] });
                openTouched(this, action.fields);
                $('#cio-try').on('click', event => {
                    event.preventDefault();
                    tryOut(this, action, false);
                });
            },
            oneditsave() {
                lastConnection = $('#node-input-connection').val();
                if ($('#cio-content').val() === 'own') {
                    const template = action.fields.find(field => field.without).without;
                    $(`#node-input-p_${template}`).typedInput('value', '');
                }

                action.fields.filter(isSecret).forEach(keepSecret);
                for (const field of action.fields.filter(hasRows)) {
                    this[`p_${field.key}_r`] = readRows(field);
                }
            },
        };
    }

    /** The switch between a template and content given here, where an action has both. */
    function prepareContent(node, action) {
        const own = action.fields.filter(field => field.without);
        if (own.length === 0) {
            return;
        }

        const template = own[0].without;
        const isOwn = !node[`p_${template}`] && own.some(field => node[`p_${field.key}`]);
        $('#cio-content')
            .val(isOwn ? 'own' : 'template')
            .on('change', fit);
        fit();

        function fit() {
            const given = $('#cio-content').val() === 'own';
            $(`#node-input-p_${template}`).closest('.form-row').toggle(!given);
            for (const field of own) {
                $(`#node-input-p_${field.key}`).closest('.form-row').find('.cio-required').toggle(given);
                showProblem(field);
            }
        }
    }

    // ---- try it ------------------------------------------------------------------------------------------------------------------

    /** Sends what the dialog has to the server: first to see the request, then, when asked, for real. */
    function tryOut(node, action, real) {
        const config = { connection: $('#node-input-connection').val(), output: $('#node-input-output').typedInput('value') };
        const credentials = {};
        for (const field of action.fields) {
            const input = $(`#node-input-p_${field.key}`);
            config[`p_${field.key}`] = input.typedInput('value');
            config[`p_${field.key}_t`] = input.typedInput('type');
            if (hasRows(field)) {
                config[`p_${field.key}_r`] = readRows(field);
            }

            if (isSecret(field) && input.typedInput('type') === 'cred') {
                credentials[`s_${field.key}`] = input.typedInput('value');
                config[`p_${field.key}`] = '';
            }
        }

        const place = $('#cio-try-result').empty();
        const say = (title, value) =>
            place.append(
                $('<div>').text(title),
                value === undefined ? [] : $('<pre>', { tabindex: 0 }).text(typeof value === 'string' ? value : JSON.stringify(value, null, 2)),
            );
        say(real || action.isJob ? 'Running…' : 'Asking what would be sent…');
        $.ajax({
            url: 'customerio/try',
            method: 'POST',
            contentType: 'application/json',
            data: JSON.stringify({ node: node.id, type: action.type, config, credentials, real }),
        })
            .done(result => {
                place.empty();
                if (!result.hadMessage) {
                    say('No message has come to this node since Node-RED started, so inputs from the message are empty.');
                }

                if (action.isJob) {
                    say('What a run would do', result.answer);
                    return;
                }

                if (real) {
                    say('Answer', result.answer.data);
                    say('What goes on', result.message);
                    return;
                }

                for (const request of result.requests) {
                    say(`${request.method} ${request.url}`, request.body === undefined || request.body === null ? undefined : request.body);
                }

                result.warnings.forEach(warning => say(typeof warning === 'string' ? warning : JSON.stringify(warning)));
                const run = $('<button>', { type: 'button', class: 'red-ui-button', id: 'cio-try-real' }).text('Run it for real');
                run.on('click', () => {
                    if (!action.confirm || window.confirm(`${action.title} really sends or deletes in Customer.io. Run it?`)) {
                        tryOut(node, action, true);
                    }
                });
                place.append(run);
            })
            .fail(failed => {
                place.empty();
                say(reasonOf(failed));
            });
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
            ...commonOf(trigger),
            outputLabels: ['events', 'refused deliveries'],
            defaults,
            oneditprepare() {
                prepareEvents(trigger, this.p_events || []);
                for (const field of fields) {
                    prepareField(this, field);
                }

                openTouched(this, fields);
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
                lastConnection = $('#node-input-connection').val();
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
                const advanced = connection.fields.filter(field => field.group === 'advanced');
                $('.cio-connection .cio-advanced').prop(
                    'open',
                    advanced.some(f => ![undefined, '', f.default].includes(node[f.key]) || (f.secret && $(`#node-config-input-${f.key}`).val())),
                );
                $('#cio-check').on('click', event => {
                    event.preventDefault();
                    const values = connection.fields.map(field => [field.key, $(`#node-config-input-${field.key}`).val() || '']);
                    check(node, Object.fromEntries(values));
                });
            },
        };
    }

    function check(node, values) {
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
        say([{ text: 'Asking Customer.io…' }]);
        $.ajax({ url: 'customerio/check', method: 'POST', contentType: 'application/json', data: JSON.stringify({ connection: node.id, values }) })
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
