// Made from the manifest by "connector docs"; do not edit.
(model => {
for (const form of [...model.actions, ...model.jobs, ...model.triggers]) {
    form.fields = form.fields.map(name => model.fields[name]);
}

(typeof module === 'object' ? module.exports : window).customerIoModel = model;
})({
  "palettes": [
    "Customer.io People",
    "Customer.io Events",
    "Customer.io Messages",
    "Customer.io Segments",
    "Customer.io Objects",
    "Customer.io Data and jobs"
  ],
  "connection": {
    "type": "customerio-connection",
    "title": "API Key",
    "description": "The keys of one Customer.io workspace. Site ID and API key are enough for people and events.",
    "icon": "customerio-connector.svg",
    "fields": [
      {
        "key": "siteId",
        "title": "Site Id",
        "type": "string",
        "secret": false,
        "group": "main",
        "help": "Site ID of the Track API credentials, in Customer.io under Settings, API credentials.",
        "placeholder": "Site Id"
      },
      {
        "key": "apiKey",
        "title": "API Key",
        "type": "string",
        "secret": true,
        "group": "main",
        "help": "API key of the Track API credentials, shown beside the Site ID.",
        "placeholder": "API Key"
      },
      {
        "key": "region",
        "title": "Region",
        "type": "string",
        "secret": false,
        "group": "main",
        "help": "Region of the workspace; auto asks Customer.io once and remembers.",
        "default": "auto",
        "options": [
          {
            "value": "auto",
            "label": "Found automatically"
          },
          {
            "value": "us",
            "label": "United States"
          },
          {
            "value": "eu",
            "label": "European Union"
          }
        ]
      },
      {
        "key": "appApiKey",
        "title": "App API Key",
        "type": "string",
        "secret": true,
        "group": "main",
        "help": "For actions that look up data or send messages; created under App API keys."
      },
      {
        "key": "pipelinesApiKey",
        "title": "Pipelines API Key",
        "type": "string",
        "secret": true,
        "group": "advanced",
        "help": "For events that go to the Pipelines API; shown on the source under Pipelines."
      },
      {
        "key": "webhookSigningKey",
        "title": "Webhook Signing Key",
        "type": "string",
        "secret": true,
        "group": "advanced",
        "help": "Proves that a reporting webhook came from Customer.io; shown on the webhook's page."
      },
      {
        "key": "baseUrl",
        "title": "Base URL",
        "type": "string",
        "secret": false,
        "group": "advanced",
        "help": "Replaces Customer.io's hosts, for the sandbox or a proxy, such as http://127.0.0.1:8080.",
        "placeholder": "http://127.0.0.1:8080"
      },
      {
        "key": "rateLimit",
        "title": "Rate Limit",
        "type": "number",
        "secret": false,
        "group": "advanced",
        "help": "Requests per second to each API; 0 means no limit, empty the documented rate."
      },
      {
        "key": "totalTimeout",
        "title": "Total Timeout (ms)",
        "type": "number",
        "secret": false,
        "group": "advanced",
        "help": "Longest time for one request with all its retries and waits, in milliseconds, 1000 to 86400000.",
        "placeholder": "Default: 120000",
        "default": 120000
      },
      {
        "key": "blockDestructive",
        "title": "Block Destructive",
        "type": "string",
        "secret": false,
        "group": "advanced",
        "help": "Refuses everything that deletes, suppresses, merges, unsubscribes or ends relationships and memberships, and requests it does not understand.",
        "default": "false",
        "options": [
          {
            "value": "false",
            "label": "Off"
          },
          {
            "value": "true",
            "label": "On"
          }
        ]
      },
      {
        "key": "recipientGuard",
        "title": "Recipient Guard",
        "type": "string",
        "secret": false,
        "group": "advanced",
        "help": "Outside production: allow:*@example.com,+1555* lets only these get messages, rewrite:qa@example.com sends all there.",
        "placeholder": "allow:*@example.com"
      },
      {
        "key": "allowPlaceholderIds",
        "title": "Allow Placeholder IDs",
        "type": "string",
        "secret": false,
        "group": "advanced",
        "help": "Lets words such as undefined, null and NaN, and numbers such as 1.23E+11, name people, objects and events.",
        "default": "false",
        "options": [
          {
            "value": "false",
            "label": "Off"
          },
          {
            "value": "true",
            "label": "On"
          }
        ]
      }
    ]
  },
  "actions": [
    {
      "type": "customerio-identify",
      "id": "identify",
      "title": "Identify",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "create update upsert add email e-mail attribute person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Creates a person (a profile) in Customer.io, or updates the one who has this ID: sets the attributes given. Suppressed people, unknown cio_ids, and identifiers of two different people are accepted without effect.",
      "examples": [
        {
          "title": "Create or update a person",
          "input": {
            "id": "123",
            "customerData": {
              "email": "new@example.com",
              "plan": "pro"
            }
          }
        },
        {
          "title": "Only make sure that the person exists",
          "input": {
            "id": "123"
          }
        },
        {
          "title": "Take an attribute away, by e-mail address",
          "input": {
            "id": "ada@example.com",
            "idType": "email",
            "removeAttributes": [
              "trial_ends"
            ]
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "customerData",
        "createdAt",
        "anonymousId",
        "unsubscribed",
        "subscriptionPreferences",
        "removeAttributes",
        "relationships",
        "updateOnly",
        "occurredAt",
        "verify",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-person",
      "id": "get-person",
      "title": "Get Person",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read find look up fetch person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns a person: attributes and devices, and optionally segments, messages, activities, relationships and preferences.",
      "examples": [
        {
          "title": "Attributes of a person",
          "input": {
            "id": "123"
          }
        },
        {
          "title": "Everything about a person",
          "input": {
            "id": "ada@example.com",
            "include": [
              "attributes",
              "devices",
              "segments",
              "messages",
              "activities",
              "relationships",
              "preferences",
              "optouts"
            ]
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "include",
        "all",
        "language",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-find-people",
      "id": "find-people",
      "title": "Find People",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "search email e-mail look up person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Finds the people who have an e-mail address; letter case makes no difference.",
      "examples": [
        {
          "title": "Who is Ada?",
          "input": {
            "email": "ada@example.com"
          }
        }
      ],
      "fields": [
        "email",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-search-people",
      "id": "search-people",
      "title": "Search People",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "find query filter person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Finds people by segments and attributes, as the filters of Customer.io describe them.",
      "examples": [
        {
          "title": "Everyone of a segment on a plan",
          "input": {
            "filter": {
              "and": [
                {
                  "segment": {
                    "id": 7
                  }
                },
                {
                  "attribute": {
                    "field": "plan",
                    "operator": "eq",
                    "value": "pro"
                  }
                }
              ]
            }
          }
        },
        {
          "title": "All who have a phone number",
          "input": {
            "filter": {
              "attribute": {
                "field": "phone",
                "operator": "exists"
              }
            },
            "all": true
          }
        }
      ],
      "fields": [
        "filter",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-merge-people",
      "id": "merge-people",
      "title": "Merge People",
      "palette": "Customer.io People",
      "color": "#F5B9B2",
      "words": "combine duplicate person people user contact profile customer",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Moves the data of the secondary person to the primary one and deletes the secondary permanently. Nothing happens, without an error, when the primary does not exist.",
      "examples": [
        {
          "title": "Merge a double",
          "input": {
            "primary": "123",
            "secondary": "ada@example.com"
          }
        }
      ],
      "fields": [
        "primary",
        "secondary",
        "primaryType",
        "secondaryType",
        "verify",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-suppress",
      "id": "suppress",
      "title": "Suppress",
      "palette": "Customer.io People",
      "color": "#F5B9B2",
      "words": "delete block forget gdpr person people user contact profile customer",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Deletes a person permanently and blocks their identifiers: Customer.io then accepts anything about them without effect.",
      "examples": [
        {
          "title": "Forget a person",
          "input": {
            "id": "123"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-unsuppress",
      "id": "unsuppress",
      "title": "Unsuppress",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "unblock restore person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Lifts the block on a suppressed person's identifiers. The person and their data do not come back.",
      "examples": [
        {
          "title": "Let a person be added again",
          "input": {
            "id": "123"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-destroy",
      "id": "destroy",
      "title": "Destroy",
      "palette": "Customer.io People",
      "color": "#F5B9B2",
      "words": "delete remove gdpr person people user contact profile customer",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Deletes the person who has this ID, with all their data. The ID may be used again; an ID that no person has is no error.",
      "examples": [
        {
          "title": "Delete a person",
          "input": {
            "id": "123"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-add-device",
      "id": "add-device",
      "title": "Add Device",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "create update push token person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-device.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Adds a device to a person for push messages, or updates the one with this token.",
      "examples": [
        {
          "title": "An iPhone",
          "input": {
            "id": "123",
            "deviceToken": "exampleDeviceToken",
            "platform": "ios"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "deviceToken",
        "platform",
        "lastUsed",
        "deviceAttributes",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-delete-device",
      "id": "delete-device",
      "title": "Delete Device",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "remove push token person people user contact profile customer",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Removes a device from a person, so that it gets no more push messages.",
      "examples": [
        {
          "title": "Forget a device",
          "input": {
            "id": "123",
            "deviceToken": "exampleDeviceToken"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "deviceToken",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-change-identifier",
      "id": "change-identifier",
      "title": "Change Identifier",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "rename update edit email e-mail person people user contact profile customer",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Changes a person's id, e-mail address or phone number. Somebody else's is a conflict and changes nothing; only with If Taken merge is this person merged into that owner and deleted.",
      "examples": [
        {
          "title": "Another e-mail address",
          "input": {
            "id": "cio_a3000001",
            "identifier": "email",
            "value": "ada@example.com"
          }
        },
        {
          "title": "Another id",
          "input": {
            "id": "cio_a3000001",
            "identifier": "id",
            "value": "456"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "identifier",
        "value",
        "ifTaken",
        "verify",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-people",
      "id": "get-people",
      "title": "Get People",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read fetch look up person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the attributes and devices of many people, a hundred at a time.",
      "examples": [
        {
          "title": "Two people",
          "input": {
            "ids": [
              "123",
              "124"
            ]
          }
        }
      ],
      "fields": [
        "ids",
        "idType@get-people",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-link-anonymous",
      "id": "link-anonymous",
      "title": "Link Anonymous",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "visitor connect update person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-person.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Adds an anonymous visitor's events of the last 30 days to a person. Nobody is merged: one that belongs to another person stays there.",
      "examples": [
        {
          "title": "After a sign-in",
          "input": {
            "id": "123",
            "anonymousId": "anon-5f2c"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "anonymousId@link-anonymous",
        "createPerson",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-opt-outs",
      "id": "get-opt-outs",
      "title": "Get Opt-Outs",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read opt out opt-out unsubscribe subscription preferences consent person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the SMS and WhatsApp senders that a person opted out of.",
      "examples": [
        {
          "title": "One person",
          "input": {
            "id": "123"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-subscription-link",
      "id": "get-subscription-link",
      "title": "Get Subscription Link",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read url preference center opt out opt-out unsubscribe subscription preferences consent person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Creates a link to a person's subscription center; it works for 24 hours, for anyone who has it.",
      "examples": [
        {
          "title": "For an account page",
          "input": {
            "id": "ada@example.com"
          }
        }
      ],
      "fields": [
        "id@get-subscription-link",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-subscription-preferences",
      "id": "get-subscription-preferences",
      "title": "Get Subscription Preferences",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read topic opt out opt-out unsubscribe subscription preferences consent person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns which topics a person is subscribed to, by name.",
      "examples": [
        {
          "title": "In German",
          "input": {
            "id": "123",
            "language": "de"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "language",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-opt-outs",
      "id": "list-opt-outs",
      "title": "List Opt-Outs",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read opt out opt-out unsubscribe subscription preferences consent person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists everyone who opted out of SMS or WhatsApp senders.",
      "examples": [
        {
          "title": "All of them",
          "input": {
            "all": true
          }
        }
      ],
      "fields": [
        "from",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-subscription-channels",
      "id": "list-subscription-channels",
      "title": "List Subscription Channels",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read opt out opt-out unsubscribe subscription preferences consent",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the channels of the subscription center.",
      "examples": [
        {
          "title": "All channels",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-subscription-topics",
      "id": "list-subscription-topics",
      "title": "List Subscription Topics",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read opt out opt-out unsubscribe subscription preferences consent",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the topics that people can subscribe to.",
      "examples": [
        {
          "title": "All topics",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-set-opt-out",
      "id": "set-opt-out",
      "title": "Set Opt-Out",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "update change opt out opt-out unsubscribe subscription preferences consent person people user contact profile customer",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Opts a person out of an SMS or WhatsApp sender, or in again. It takes effect a moment later.",
      "examples": [
        {
          "title": "Out",
          "input": {
            "id": "123",
            "from": "+15551234567"
          }
        },
        {
          "title": "In again",
          "input": {
            "id": "123",
            "from": "+15551234567",
            "channel": "whatsapp",
            "optOut": false
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "from@set-opt-out",
        "channel",
        "optOut",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-set-subscription-preferences",
      "id": "set-subscription-preferences",
      "title": "Set Subscription Preferences",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "update change topic opt out opt-out unsubscribe subscription preferences consent person people user contact profile customer",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Changes which topics a person is subscribed to: single ones, while the others stay, or all at once.",
      "examples": [
        {
          "title": "Off one topic",
          "input": {
            "id": "123",
            "topics": {
              "topic_2": false
            }
          }
        },
        {
          "title": "All topics anew",
          "input": {
            "id": "123",
            "topics": {
              "1": true,
              "2": false
            },
            "mode": "replace"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "topics",
        "mode",
        "unsubscribed@set-subscription-preferences",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-add-suppression",
      "id": "add-suppression",
      "title": "Add Suppression",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "block bounce spam email e-mail create suppress esp",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-suppression.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Stops the mail provider from sending to an address, such as one that bounced elsewhere.",
      "examples": [
        {
          "title": "One that bounced",
          "input": {
            "type": "bounces",
            "email": "ada@example.com"
          }
        }
      ],
      "fields": [
        "email@add-suppression",
        "type",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-find-suppression",
      "id": "find-suppression",
      "title": "Find Suppression",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read look up bounce spam blocked email e-mail esp",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-suppression.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns whether the mail provider suppresses an address, and why.",
      "examples": [
        {
          "title": "One address",
          "input": {
            "email": "ada@example.com"
          }
        }
      ],
      "fields": [
        "email@add-suppression",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-suppressions",
      "id": "list-suppressions",
      "title": "List Suppressions",
      "palette": "Customer.io People",
      "color": "#C9D7E5",
      "words": "read bounce spam blocked email e-mail esp",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-suppression.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists addresses that the mail provider suppresses, of one type.",
      "examples": [
        {
          "title": "All bounces",
          "input": {
            "type": "bounces",
            "all": true
          }
        }
      ],
      "fields": [
        "domain",
        "type",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-remove-suppression",
      "id": "remove-suppression",
      "title": "Remove Suppression",
      "palette": "Customer.io People",
      "color": "#DCD0FF",
      "words": "unblock delete restore bounce spam email e-mail esp",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-suppression.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Removes an address from suppression, so that the mail provider sends to it again. Do so when the cause is gone.",
      "examples": [
        {
          "title": "A mailbox that works again",
          "input": {
            "type": "bounces",
            "email": "ada@example.com"
          }
        }
      ],
      "fields": [
        "email@add-suppression",
        "type",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-track",
      "id": "track",
      "title": "Track",
      "palette": "Customer.io Events",
      "color": "#DCD0FF",
      "words": "record create log event activity",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-event.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Records that a person did something, which can start campaigns. Events of suppressed people are accepted without effect.",
      "examples": [
        {
          "title": "A purchase",
          "input": {
            "id": "123",
            "eventName": "completed_purchase",
            "eventData": {
              "price": 49
            }
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "eventName",
        "eventData",
        "eventId",
        "timestamp",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-track-page-view",
      "id": "track-page-view",
      "title": "Track Page View",
      "palette": "Customer.io Events",
      "color": "#DCD0FF",
      "words": "record visit event activity",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-page.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Records that a person viewed a page of your site.",
      "examples": [
        {
          "title": "A visit to the pricing page",
          "input": {
            "id": "123",
            "url": "https://www.example.com/pricing"
          }
        },
        {
          "title": "Any page",
          "input": {
            "id": "123",
            "url": "*"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "url",
        "eventData@track-page-view",
        "eventId",
        "timestamp",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-track-anonymous",
      "id": "track-anonymous",
      "title": "Track Anonymous",
      "palette": "Customer.io Events",
      "color": "#DCD0FF",
      "words": "record visitor invite event activity",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-event.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Records an event of an unknown visitor; it joins the person who is later identified with the same Anonymous ID within 30 days.",
      "examples": [
        {
          "title": "A visitor not known yet",
          "input": {
            "anonymousId": "anon-5f2c",
            "eventName": "viewed_pricing"
          }
        },
        {
          "title": "Invite somebody",
          "input": {
            "eventName": "invited",
            "eventData": {
              "recipient": "ada@example.com"
            }
          }
        }
      ],
      "fields": [
        "eventName",
        "anonymousId@track-anonymous",
        "eventData",
        "eventId",
        "timestamp",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-activities",
      "id": "list-activities",
      "title": "List Activities",
      "palette": "Customer.io Events",
      "color": "#C9D7E5",
      "words": "read history event activity",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-event.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists what happened in the workspace or to one person: events, changes, messages. Kept at least 30 days.",
      "examples": [
        {
          "title": "Purchases of a person",
          "input": {
            "id": "123",
            "activityType": "event",
            "name": "purchase"
          }
        }
      ],
      "fields": [
        "id@list-activities",
        "idType@list-activities",
        "activityType",
        "name",
        "deleted",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-event",
      "id": "send-event",
      "title": "Send Event",
      "palette": "Customer.io Events",
      "color": "#DCD0FF",
      "words": "segment rudderstack translate event activity",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-event.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Sends an event of the Segment and RudderStack format (identify, track, page, screen, group or alias), or a list of them.",
      "examples": [
        {
          "title": "A person, as RudderStack sends them",
          "input": {
            "profile": "rudderstack",
            "event": {
              "type": "identify",
              "messageId": "m-4",
              "userId": "123",
              "traits": {
                "email": "ada@example.com",
                "createdAt": "2026-01-31T09:30:00Z"
              }
            }
          }
        },
        {
          "title": "A purchase, as Segment sends it",
          "input": {
            "profile": "segment",
            "event": {
              "type": "track",
              "messageId": "m-5",
              "userId": "123",
              "event": "Order Completed",
              "properties": {
                "total": 49.5
              },
              "timestamp": "2026-01-31T09:30:00Z"
            }
          }
        },
        {
          "title": "A call of the Pipelines API",
          "input": {
            "api": "pipelines",
            "event": {
              "type": "track",
              "messageId": "m-6",
              "userId": "123",
              "event": "Order Completed",
              "properties": {
                "total": 49.5
              },
              "timestamp": "2026-01-31T09:30:00Z"
            }
          }
        }
      ],
      "fields": [
        "event",
        "events",
        "profile",
        "api",
        "deviceEvent",
        "createdAtNow",
        "convertTimestamps",
        "reservedEvents",
        "emailOnEveryCall",
        "consents",
        "records",
        "recordSegment",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-track-screen-view",
      "id": "track-screen-view",
      "title": "Track Screen View",
      "palette": "Customer.io Events",
      "color": "#DCD0FF",
      "words": "record app mobile event activity",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-page.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Records that a person viewed a screen of your app.",
      "examples": [
        {
          "title": "The settings screen",
          "input": {
            "id": "123",
            "screenName": "settings"
          }
        }
      ],
      "fields": [
        "id",
        "idType",
        "screenName",
        "eventData@track-screen-view",
        "eventId",
        "timestamp",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-email",
      "id": "send-email",
      "title": "Send Email",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "email e-mail mail transactional message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Sends one transactional e-mail, from a template or with subject and body given here. Never sent twice on its own.",
      "examples": [
        {
          "title": "From a template",
          "input": {
            "id": "123",
            "to": "ada@example.com",
            "transactionalMessageId": "order_shipped",
            "messageData": {
              "order": 42
            }
          }
        },
        {
          "title": "Without a template",
          "input": {
            "id": "123",
            "to": "ada@example.com",
            "from": "shop@example.com",
            "subject": "Hello",
            "body": "<p>Hello</p>"
          }
        },
        {
          "title": "And wait for it to arrive",
          "input": {
            "id": "123",
            "to": "ada@example.com",
            "transactionalMessageId": "order_shipped",
            "waitFor": "delivered"
          }
        }
      ],
      "fields": [
        "id@send-email",
        "idType@send-email",
        "transactionalMessageId",
        "to",
        "from@send-email",
        "subject",
        "body",
        "bodyPlain",
        "bodyAmp",
        "preheader",
        "replyTo",
        "cc",
        "bcc",
        "fakeBcc",
        "headers",
        "attachments",
        "disableCssPreprocessing",
        "tracked",
        "sendToUnsubscribed",
        "messageData",
        "sendAt",
        "language@send-email",
        "disableMessageRetention",
        "queueDraft",
        "autoCreate",
        "waitFor",
        "waitSeconds",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-push",
      "id": "send-push",
      "title": "Send Push",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "push notification transactional message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Sends one transactional push notification to a person's devices. Never sent twice on its own.",
      "examples": [
        {
          "title": "To all devices",
          "input": {
            "id": "123",
            "transactionalMessageId": "3"
          }
        }
      ],
      "fields": [
        "id@send-email",
        "idType@send-email",
        "transactionalMessageId@send-push",
        "to@send-push",
        "title",
        "message",
        "imageUrl",
        "link",
        "sound",
        "customData",
        "customDevice",
        "customPayload",
        "sendToUnsubscribed",
        "messageData",
        "sendAt",
        "language@send-email",
        "disableMessageRetention",
        "queueDraft",
        "autoCreate",
        "waitFor",
        "waitSeconds",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-trigger-broadcast",
      "id": "trigger-broadcast",
      "title": "Trigger Broadcast",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "send email e-mail broadcast campaign",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-broadcast.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Sends an API-triggered broadcast to its own audience or to one given here. Never sent twice on its own.",
      "examples": [
        {
          "title": "To its own audience",
          "input": {
            "broadcast": "12",
            "data": {
              "headline": "Summer sale"
            }
          }
        },
        {
          "title": "To some people",
          "input": {
            "broadcast": "12",
            "ids": [
              "123",
              "124"
            ],
            "idIgnoreMissing": true
          }
        }
      ],
      "fields": [
        "broadcast",
        "data",
        "recipients",
        "emails",
        "ids@trigger-broadcast",
        "perUserData",
        "dataFileUrl",
        "emailAddDuplicates",
        "emailIgnoreMissing",
        "idIgnoreMissing",
        "wait",
        "waitSeconds@trigger-broadcast",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-broadcast",
      "id": "get-broadcast",
      "title": "Get Broadcast",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "broadcast campaign",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-broadcast.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the name, state and settings of one API-triggered broadcast.",
      "examples": [
        {
          "title": "One API-triggered broadcast",
          "input": {
            "broadcast": "3"
          }
        }
      ],
      "fields": [
        "broadcast@get-broadcast",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-broadcast-metrics",
      "id": "get-broadcast-metrics",
      "title": "Get Broadcast Metrics",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "broadcast campaign",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-broadcast.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the metrics of one API-triggered broadcast's messages as series over time.",
      "examples": [
        {
          "title": "The last twelve weeks",
          "input": {
            "broadcast": "3",
            "period": "weeks",
            "steps": 12
          }
        },
        {
          "title": "The last month, day by day",
          "input": {
            "broadcast": "3",
            "period": "days",
            "steps": 31
          }
        },
        {
          "title": "Clicks for each link",
          "input": {
            "broadcast": "12",
            "links": true
          }
        }
      ],
      "fields": [
        "broadcast@get-broadcast",
        "channel@get-broadcast-metrics",
        "period",
        "steps",
        "links",
        "unique",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-broadcast-status",
      "id": "get-broadcast-status",
      "title": "Get Broadcast Status",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "broadcast campaign",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-broadcast.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns whether a triggered broadcast has finished, and its errors for single people.",
      "examples": [
        {
          "title": "How far is it?",
          "input": {
            "broadcast": "12",
            "trigger": "5"
          }
        }
      ],
      "fields": [
        "broadcast",
        "trigger",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-broadcast-messages",
      "id": "list-broadcast-messages",
      "title": "List Broadcast Messages",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "broadcast campaign",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-broadcast.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the messages that an API-triggered broadcast sent, with the state of each.",
      "examples": [
        {
          "title": "Who did not get it?",
          "input": {
            "broadcast": "12",
            "metric": "bounced"
          }
        }
      ],
      "fields": [
        "broadcast@list-broadcast-messages",
        "channel@get-broadcast-metrics",
        "metric",
        "startTime",
        "endTime",
        "trackedResponses",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-broadcast-triggers",
      "id": "list-broadcast-triggers",
      "title": "List Broadcast Triggers",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "broadcast campaign",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-broadcast.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists when an API-triggered broadcast was triggered, and which of that is done.",
      "examples": [
        {
          "title": "All triggers",
          "input": {
            "broadcast": "12"
          }
        }
      ],
      "fields": [
        "broadcast@list-broadcast-messages",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-broadcasts",
      "id": "list-broadcasts",
      "title": "List Broadcasts",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "broadcast campaign",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-broadcast.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists every API-triggered broadcast of the workspace with its state.",
      "examples": [
        {
          "title": "All broadcasts",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-action-metrics",
      "id": "get-action-metrics",
      "title": "Get Action Metrics",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "campaign journey",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-campaign.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the metrics of one message in the workflow of a campaign (automation) or broadcast.",
      "examples": [
        {
          "title": "A message of a campaign",
          "input": {
            "campaign": "3",
            "action": "42"
          }
        },
        {
          "title": "Clicks of a message",
          "input": {
            "campaign": "3",
            "action": "42",
            "links": true
          }
        },
        {
          "title": "A message of a broadcast",
          "input": {
            "broadcast": "12",
            "action": "42",
            "period": "weeks",
            "steps": 4
          }
        },
        {
          "title": "Clicks of a broadcast's message",
          "input": {
            "broadcast": "12",
            "action": "42",
            "links": true
          }
        }
      ],
      "fields": [
        "campaign",
        "broadcast@get-action-metrics",
        "action",
        "timeZone",
        "startTime@get-action-metrics",
        "endTime@get-action-metrics",
        "resolution",
        "period",
        "steps",
        "links",
        "unique",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-campaign",
      "id": "get-campaign",
      "title": "Get Campaign (Automation)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "campaign journey",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-campaign.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the name, state and settings of one campaign (automation).",
      "examples": [
        {
          "title": "One campaign",
          "input": {
            "campaign": "3"
          }
        }
      ],
      "fields": [
        "campaign@get-campaign",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-campaign-funnel",
      "id": "get-campaign-funnel",
      "title": "Get Campaign Funnel (Automation)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "campaign journey",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-campaign.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns how many people reached each stage of a campaign (automation): started, activated, messaged, finished, converted, exited early.",
      "examples": [
        {
          "title": "Last 45 days",
          "input": {
            "campaign": "3"
          }
        },
        {
          "title": "January by weeks",
          "input": {
            "campaign": "3",
            "startTime": "2026-01-01T00:00:00Z",
            "endTime": "2026-01-31T00:00:00Z",
            "resolution": "weekly"
          }
        }
      ],
      "fields": [
        "campaign@get-campaign",
        "startTime@get-campaign-funnel",
        "endTime@get-campaign-funnel",
        "resolution@get-campaign-funnel",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-campaign-metrics",
      "id": "get-campaign-metrics",
      "title": "Get Campaign Metrics (Automation)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "campaign journey",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-campaign.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the metrics of one campaign's (automation's) messages as series over time.",
      "examples": [
        {
          "title": "The last twelve weeks",
          "input": {
            "campaign": "3",
            "period": "weeks",
            "steps": 12
          }
        },
        {
          "title": "January, day by day",
          "input": {
            "campaign": "3",
            "startTime": "2026-01-01T00:00:00Z",
            "endTime": "2026-01-31T00:00:00Z",
            "resolution": "daily"
          }
        },
        {
          "title": "Clicks for each link",
          "input": {
            "campaign": "3",
            "links": true
          }
        }
      ],
      "fields": [
        "campaign@get-campaign",
        "timeZone@get-campaign-metrics",
        "startTime@get-campaign-metrics",
        "endTime@get-campaign-funnel",
        "resolution@get-campaign-funnel",
        "channel@get-broadcast-metrics",
        "period",
        "steps",
        "links",
        "unique",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-campaign-actions",
      "id": "list-campaign-actions",
      "title": "List Campaign Actions (Automation)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "campaign journey",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-campaign.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the messages and webhooks in the workflow of a campaign (automation) or broadcast, and what they say.",
      "examples": [
        {
          "title": "All of a campaign",
          "input": {
            "campaign": "3"
          }
        },
        {
          "title": "All of a broadcast",
          "input": {
            "broadcast": "12"
          }
        },
        {
          "title": "One action",
          "input": {
            "campaign": "3",
            "action": "42"
          }
        },
        {
          "title": "One action of a broadcast",
          "input": {
            "broadcast": "12",
            "action": "42"
          }
        },
        {
          "title": "One translation",
          "input": {
            "campaign": "3",
            "action": "42",
            "language": "de"
          }
        },
        {
          "title": "One translation of a broadcast",
          "input": {
            "broadcast": "12",
            "action": "42",
            "language": "de"
          }
        }
      ],
      "fields": [
        "campaign",
        "broadcast@get-action-metrics",
        "action@list-campaign-actions",
        "language@list-campaign-actions",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-campaign-messages",
      "id": "list-campaign-messages",
      "title": "List Campaign Messages (Automation)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "campaign journey",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-campaign.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the messages that one campaign (automation) created, with the state of each.",
      "examples": [
        {
          "title": "Bounced messages",
          "input": {
            "campaign": "3",
            "metric": "bounced"
          }
        }
      ],
      "fields": [
        "campaign@get-campaign",
        "metric",
        "channel@get-broadcast-metrics",
        "drafts",
        "startTime",
        "endTime",
        "trackedResponses",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-campaigns",
      "id": "list-campaigns",
      "title": "List Campaigns (Automations)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "campaign journey",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-campaign.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists every campaign (automation) of the workspace with its state.",
      "examples": [
        {
          "title": "All campaigns",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-update-campaign-message",
      "id": "update-campaign-message",
      "title": "Update Campaign Message (Automation)",
      "palette": "Customer.io Messages",
      "color": "#DCD0FF",
      "words": "change edit campaign journey",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-campaign.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Changes what a message in a campaign (automation) or broadcast says, in one language if given, or switches it off.",
      "examples": [
        {
          "title": "Another subject",
          "input": {
            "campaign": "3",
            "action": "42",
            "subject": "Welcome aboard"
          }
        },
        {
          "title": "Switch a broadcast's message off",
          "input": {
            "broadcast": "12",
            "action": "42",
            "sendingState": "off"
          }
        },
        {
          "title": "A translation",
          "input": {
            "campaign": "3",
            "action": "42",
            "language": "fr",
            "subject": "Bienvenue"
          }
        },
        {
          "title": "A translation in a broadcast",
          "input": {
            "broadcast": "12",
            "action": "42",
            "language": "fr",
            "subject": "Bienvenue"
          }
        }
      ],
      "fields": [
        "campaign",
        "broadcast@get-action-metrics",
        "action",
        "language@update-campaign-message",
        "recipient",
        "sendingState",
        "url@update-campaign-message",
        "method",
        "subject@update-campaign-message",
        "body@update-campaign-message",
        "bodyAmp@update-campaign-message",
        "preheader@update-campaign-message",
        "from@update-campaign-message",
        "replyTo@update-campaign-message",
        "headers@update-campaign-message",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-collection",
      "id": "get-collection",
      "title": "Get Collection",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "read fetch table rows content",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns a collection, optionally with its rows.",
      "examples": [
        {
          "title": "With its rows",
          "input": {
            "collection": "3",
            "content": true
          }
        }
      ],
      "fields": [
        "collection",
        "content",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-collections",
      "id": "list-collections",
      "title": "List Collections",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "read table rows content",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists collections: tables of data that messages use.",
      "examples": [
        {
          "title": "All collections",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-snippets",
      "id": "list-snippets",
      "title": "List Snippets",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "read block content liquid template",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-page.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists snippets: text that many messages share.",
      "examples": [
        {
          "title": "All snippets",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-set-snippet",
      "id": "set-snippet",
      "title": "Set Snippet",
      "palette": "Customer.io Messages",
      "color": "#DCD0FF",
      "words": "create update upsert change edit block content liquid template",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-page.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Creates a snippet or replaces what it says, in every message that uses it from now on.",
      "examples": [
        {
          "title": "A footer",
          "input": {
            "name": "address",
            "value": "Acme, Vienna"
          }
        }
      ],
      "fields": [
        "name@set-snippet",
        "value@set-snippet",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-update-collection",
      "id": "update-collection",
      "title": "Update Collection",
      "palette": "Customer.io Messages",
      "color": "#DCD0FF",
      "words": "create upsert change edit table rows content",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Replaces all rows of a collection, by your own or by the file at a URL; one that is not there yet is created.",
      "examples": [
        {
          "title": "Own rows",
          "input": {
            "collection": "3",
            "rows": [
              {
                "event": "Spring sale"
              }
            ]
          }
        },
        {
          "title": "A file",
          "input": {
            "collection": "3",
            "url": "https://example.com/events.csv"
          }
        }
      ],
      "fields": [
        "collection",
        "rows",
        "url@update-collection",
        "createIfMissing",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-live-notification",
      "id": "get-live-notification",
      "title": "Get Live Notification",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "read live activity push ios message",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-device.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the state of a live notification.",
      "examples": [
        {
          "title": "One notification",
          "input": {
            "instanceId": "01J9Z3N5M7Q8R2S4T6V8W0X1Y3"
          }
        }
      ],
      "fields": [
        "instanceId",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-message",
      "id": "get-message",
      "title": "Get Message",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "read delivery message",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the state of one message, or its stored content, which Customer.io serves 100 times a day.",
      "examples": [
        {
          "title": "Look up its state",
          "input": {
            "messageId": "RPILAgUBcRhIBqSfeiIwdIYJKxTY"
          }
        },
        {
          "title": "What did it say?",
          "input": {
            "messageId": "RPILAgUBcRhIBqSfeiIwdIYJKxTY",
            "archived": true
          }
        }
      ],
      "fields": [
        "messageId",
        "archived",
        "trackedResponses@get-message",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-transactional-content",
      "id": "get-transactional-content",
      "title": "Get Transactional Content",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "message",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Reads what a transactional message says, and so which data it needs: all of it, one variant or one language.",
      "examples": [
        {
          "title": "Everything",
          "input": {
            "message": "3"
          }
        },
        {
          "title": "One variant",
          "input": {
            "message": "3",
            "content": "3"
          }
        },
        {
          "title": "One translation",
          "input": {
            "message": "3",
            "language": "de"
          }
        }
      ],
      "fields": [
        "message@get-transactional-content",
        "content@get-transactional-content",
        "language@get-transactional-content",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-transactional-metrics",
      "id": "get-transactional-metrics",
      "title": "Get Transactional Metrics",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "message",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the metrics of one transactional message's deliveries as series over time.",
      "examples": [
        {
          "title": "The last twelve weeks",
          "input": {
            "message": "3",
            "period": "weeks",
            "steps": 12
          }
        },
        {
          "title": "Clicks for each link",
          "input": {
            "message": "3",
            "links": true
          }
        }
      ],
      "fields": [
        "message@get-transactional-content",
        "period",
        "steps",
        "links",
        "unique",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-messages",
      "id": "list-messages",
      "title": "List Messages",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "read delivery message",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists messages of the whole workspace, at most six months old (a newsletter's twelve), with the state of each.",
      "examples": [
        {
          "title": "E-mails that bounced",
          "input": {
            "channel": "email",
            "metric": "bounced"
          }
        },
        {
          "title": "Messages of a newsletter (one-time send)",
          "input": {
            "newsletter": "5"
          }
        }
      ],
      "fields": [
        "campaign@list-messages",
        "newsletter",
        "action@list-messages",
        "metric",
        "channel@get-broadcast-metrics",
        "drafts",
        "startTime",
        "endTime",
        "trackedResponses",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-senders",
      "id": "list-senders",
      "title": "List Senders",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "from email e-mail message",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the senders that messages can come from; of one sender also where it is used.",
      "examples": [
        {
          "title": "All senders",
          "input": {
            "all": true
          }
        },
        {
          "title": "One sender",
          "input": {
            "sender": "1"
          }
        }
      ],
      "fields": [
        "sender",
        "sort",
        "hidden",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-transactional-deliveries",
      "id": "list-transactional-deliveries",
      "title": "List Transactional Deliveries",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "message",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the messages that were sent by a transactional message, with the state of each, such as delivered or bounced.",
      "examples": [
        {
          "title": "Receipts that bounced",
          "input": {
            "message": "3",
            "metric": "bounced"
          }
        }
      ],
      "fields": [
        "message@get-transactional-content",
        "metric",
        "startTime",
        "endTime",
        "trackedResponses",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-transactional-messages",
      "id": "list-transactional-messages",
      "title": "List Transactional Messages",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "template transactional message",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the transactional message templates, whose numbers or names the sending actions take.",
      "examples": [
        {
          "title": "All templates",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-live-notification",
      "id": "live-notification",
      "title": "Live Notification",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "live activity push ios start update end message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-device.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Starts, updates or ends a live notification (iOS Live Activity, Android Live Update) on a person's device.",
      "examples": [
        {
          "title": "Start",
          "input": {
            "operation": "start",
            "id": "123",
            "notificationType": "io.customer.livenotifications.segments",
            "attributes": {
              "header": "Order 7"
            },
            "contentState": {
              "status": "Packed",
              "segmentsTotal": 4,
              "segmentsComplete": 1
            }
          }
        },
        {
          "title": "Update",
          "input": {
            "operation": "update",
            "instanceId": "01J9Z3N5M7Q8R2S4T6V8W0X1Y3",
            "contentState": {
              "status": "On its way",
              "segmentsTotal": 4,
              "segmentsComplete": 2
            }
          }
        },
        {
          "title": "End",
          "input": {
            "operation": "end",
            "instanceId": "01J9Z3N5M7Q8R2S4T6V8W0X1Y3"
          }
        }
      ],
      "fields": [
        "id@live-notification",
        "idType",
        "operation",
        "instanceId@live-notification",
        "notificationType",
        "attributes",
        "contentState",
        "alert",
        "deepLink",
        "deviceId",
        "platform@live-notification",
        "appIdentifier",
        "expiration",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-report-delivery-metric",
      "id": "report-delivery-metric",
      "title": "Report Delivery Metric",
      "palette": "Customer.io Messages",
      "color": "#DCD0FF",
      "words": "opened clicked delivered metric message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Reports what happened to a message that you delivered yourself, such as opened or clicked.",
      "examples": [
        {
          "title": "A message was opened",
          "input": {
            "deliveryId": "RPILAgUBcRhIBqSfeiIwdIYJKxTY",
            "metric": "opened"
          }
        }
      ],
      "fields": [
        "deliveryId",
        "metric@report-delivery-metric",
        "timestamp@report-delivery-metric",
        "recipient@report-delivery-metric",
        "reason",
        "href",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-and-wait",
      "id": "send-and-wait",
      "title": "Send And Wait",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "email e-mail sms push wait delivered message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Sends one transactional message from a template, and completes once its delivery has come as far as you choose. Never sent twice on its own.",
      "examples": [
        {
          "title": "An order confirmation that has arrived",
          "input": {
            "id": "123",
            "to": "ada@example.com",
            "transactionalMessageId": "order_shipped",
            "waitFor": "delivered",
            "waitSeconds": 120
          }
        }
      ],
      "fields": [
        "id@send-email",
        "idType@send-email",
        "channel@send-and-wait",
        "transactionalMessageId@send-push",
        "to@send-and-wait",
        "messageData",
        "sendAt",
        "language@send-email",
        "disableMessageRetention",
        "queueDraft",
        "autoCreate",
        "waitFor@send-and-wait",
        "waitSeconds",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-in-app",
      "id": "send-in-app",
      "title": "Send In-App Message",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "in-app transactional message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Shows a person one transactional message inside the app. Never sent twice on its own.",
      "examples": [
        {
          "title": "From a template",
          "input": {
            "id": "123",
            "transactionalMessageId": "3"
          }
        }
      ],
      "fields": [
        "id@send-email",
        "idType@send-email",
        "transactionalMessageId@send-push",
        "messageData",
        "sendAt",
        "language@send-email",
        "disableMessageRetention",
        "queueDraft",
        "autoCreate",
        "waitFor@send-in-app",
        "waitSeconds",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-inbox-message",
      "id": "send-inbox-message",
      "title": "Send Inbox Message",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "inbox transactional message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Puts one transactional message into a person's inbox inside the app. Never sent twice on its own.",
      "examples": [
        {
          "title": "From a template",
          "input": {
            "id": "123",
            "transactionalMessageId": "3"
          }
        }
      ],
      "fields": [
        "id@send-email",
        "idType@send-email",
        "transactionalMessageId@send-push",
        "messageData",
        "sendAt",
        "language@send-email",
        "disableMessageRetention",
        "queueDraft",
        "autoCreate",
        "waitFor@send-in-app",
        "waitSeconds",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-sms",
      "id": "send-sms",
      "title": "Send SMS",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "sms text transactional message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Sends one transactional text message from a template. Never sent twice on its own.",
      "examples": [
        {
          "title": "From a template",
          "input": {
            "id": "123",
            "to": "+43123456789",
            "transactionalMessageId": "3"
          }
        }
      ],
      "fields": [
        "id@send-email",
        "idType@send-email",
        "transactionalMessageId@send-push",
        "to@send-sms",
        "from@send-sms",
        "tracked@send-sms",
        "sendToUnsubscribed",
        "messageData",
        "sendAt",
        "language@send-email",
        "disableMessageRetention",
        "queueDraft",
        "autoCreate",
        "waitFor",
        "waitSeconds",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-whatsapp",
      "id": "send-whatsapp",
      "title": "Send WhatsApp",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "whatsapp transactional message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Sends one transactional WhatsApp message from a template. Never sent twice on its own.",
      "examples": [
        {
          "title": "From a template",
          "input": {
            "id": "123",
            "to": "+43123456789",
            "transactionalMessageId": "3"
          }
        }
      ],
      "fields": [
        "id@send-email",
        "idType@send-email",
        "transactionalMessageId@send-push",
        "to@send-sms",
        "from@send-sms",
        "tracked@send-sms",
        "sendToUnsubscribed",
        "messageData",
        "sendAt",
        "language@send-email",
        "disableMessageRetention",
        "queueDraft",
        "autoCreate",
        "waitFor",
        "waitSeconds",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-submit-form",
      "id": "submit-form",
      "title": "Submit Form",
      "palette": "Customer.io Messages",
      "color": "#DCD0FF",
      "words": "form lead person message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-form.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Records that somebody submitted a form, and creates or updates that person. A form not known yet is created.",
      "examples": [
        {
          "title": "A newsletter form",
          "input": {
            "form": "newsletter-footer",
            "data": {
              "email": "ada@example.com",
              "first_name": "Ada"
            }
          }
        },
        {
          "title": "A person who is signed in",
          "input": {
            "form": "feedback",
            "id": "123",
            "data": {
              "stars": 5
            }
          }
        }
      ],
      "fields": [
        "form",
        "data@submit-form",
        "email@submit-form",
        "id@submit-form",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-unsubscribe-delivery",
      "id": "unsubscribe-delivery",
      "title": "Unsubscribe Delivery",
      "palette": "Customer.io Messages",
      "color": "#DCD0FF",
      "words": "unsubscribe opt out message",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-subscription.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Unsubscribes the person who got this message, and counts the unsubscribe for that message.",
      "examples": [
        {
          "title": "From your own unsubscribe page",
          "input": {
            "deliveryId": "RPILAgUBcRhIBqSfeiIwdIYJKxTY"
          }
        }
      ],
      "fields": [
        "deliveryId",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-update-transactional-content",
      "id": "update-transactional-content",
      "title": "Update Transactional Content",
      "palette": "Customer.io Messages",
      "color": "#DCD0FF",
      "words": "message",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-message.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Changes what a transactional message says: one variant, or one language.",
      "examples": [
        {
          "title": "Another subject",
          "input": {
            "message": "3",
            "content": "3",
            "subject": "Your receipt"
          }
        },
        {
          "title": "A translation",
          "input": {
            "message": "3",
            "language": "fr",
            "subject": "Votre reçu"
          }
        }
      ],
      "fields": [
        "message@get-transactional-content",
        "content@update-transactional-content",
        "language@update-transactional-content",
        "subject@update-campaign-message",
        "body@update-campaign-message",
        "bodyAmp@update-campaign-message",
        "preheader@update-campaign-message",
        "from@update-campaign-message",
        "replyTo@update-campaign-message",
        "headers@update-campaign-message",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-create-newsletter",
      "id": "create-newsletter",
      "title": "Create Newsletter (One-Time Send)",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "add new newsletter email e-mail",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-newsletter.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Creates a newsletter (one-time send) for people in segments, and optionally sends or schedules it.",
      "examples": [
        {
          "title": "A draft for a segment",
          "input": {
            "name": "January news",
            "channel": "email",
            "segments": [
              "7"
            ],
            "exceptSegments": [
              "9"
            ],
            "subject": "What is new",
            "body": "<h1>New this month</h1>"
          }
        },
        {
          "title": "Sent at once",
          "input": {
            "name": "Flash sale",
            "channel": "push",
            "segments": [
              "7"
            ],
            "subject": "Only today",
            "body": "30 % off everything",
            "topic": "1",
            "sendNow": true
          }
        }
      ],
      "fields": [
        "name@create-newsletter",
        "channel@create-newsletter",
        "segments",
        "exceptSegments",
        "recipients@create-newsletter",
        "subject@create-newsletter",
        "body@create-newsletter",
        "bodyPlain@create-newsletter",
        "preheader@create-newsletter",
        "content@create-newsletter",
        "url@create-newsletter",
        "method@create-newsletter",
        "from@create-newsletter",
        "layout",
        "topic",
        "sendNow",
        "scheduledAt",
        "rate",
        "ratePeriod",
        "rateSpread",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-newsletter",
      "id": "get-newsletter",
      "title": "Get Newsletter (One-Time Send)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "newsletter email e-mail",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-newsletter.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the name, state and settings of one newsletter (one-time send).",
      "examples": [
        {
          "title": "One newsletter",
          "input": {
            "newsletter": "3"
          }
        },
        {
          "title": "With everything it says",
          "input": {
            "newsletter": "3",
            "include": [
              "contents",
              "testGroups"
            ]
          }
        },
        {
          "title": "One variant",
          "input": {
            "newsletter": "3",
            "content": "3"
          }
        },
        {
          "title": "One translation",
          "input": {
            "newsletter": "3",
            "language": "de"
          }
        },
        {
          "title": "One translation of a test group",
          "input": {
            "newsletter": "3",
            "language": "de",
            "testGroup": "1"
          }
        }
      ],
      "fields": [
        "newsletter@get-newsletter",
        "include@get-newsletter",
        "content@get-newsletter",
        "language@get-newsletter",
        "testGroup",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-newsletter-metrics",
      "id": "get-newsletter-metrics",
      "title": "Get Newsletter Metrics (One-Time Send)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "newsletter email e-mail",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-newsletter.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the metrics of one newsletter's (one-time send's) messages as series over time.",
      "examples": [
        {
          "title": "The last twelve weeks",
          "input": {
            "newsletter": "3",
            "period": "weeks",
            "steps": 12
          }
        },
        {
          "title": "The last month, day by day",
          "input": {
            "newsletter": "3",
            "period": "days",
            "steps": 31
          }
        },
        {
          "title": "Clicks for each link",
          "input": {
            "newsletter": "3",
            "links": true
          }
        },
        {
          "title": "One variant of an A/B test",
          "input": {
            "newsletter": "3",
            "content": "3"
          }
        },
        {
          "title": "Clicks of one variant",
          "input": {
            "newsletter": "3",
            "content": "3",
            "links": true
          }
        }
      ],
      "fields": [
        "newsletter@get-newsletter",
        "content@get-newsletter-metrics",
        "channel@get-newsletter-metrics",
        "period",
        "steps",
        "links",
        "unique",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-newsletters",
      "id": "list-newsletters",
      "title": "List Newsletters (One-Time Sends)",
      "palette": "Customer.io Messages",
      "color": "#C9D7E5",
      "words": "newsletter email e-mail",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-newsletter.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the newsletters (one-time sends) of the workspace and when each was sent.",
      "examples": [
        {
          "title": "The newest ten",
          "input": {
            "sort": "desc",
            "limit": 10
          }
        }
      ],
      "fields": [
        "sort@list-newsletters",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-schedule-newsletter",
      "id": "schedule-newsletter",
      "title": "Schedule Newsletter (One-Time Send)",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "plan later newsletter email e-mail",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-newsletter.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Schedules a newsletter (one-time send), or cancels its schedule.",
      "examples": [
        {
          "title": "Tomorrow morning",
          "input": {
            "newsletter": "3",
            "scheduledAt": "2099-02-28T09:00:00Z",
            "timeZone": "Europe/Vienna"
          }
        },
        {
          "title": "Not after all",
          "input": {
            "newsletter": "3",
            "unschedule": true
          }
        }
      ],
      "fields": [
        "newsletter@get-newsletter",
        "scheduledAt@schedule-newsletter",
        "timeZone@schedule-newsletter",
        "localTime",
        "unschedule",
        "rate",
        "ratePeriod",
        "rateSpread",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-send-newsletter",
      "id": "send-newsletter",
      "title": "Send Newsletter (One-Time Send)",
      "palette": "Customer.io Messages",
      "color": "#BFE5C4",
      "words": "send now newsletter email e-mail",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-newsletter.svg",
      "connectionType": "customerio-connection",
      "effect": "send",
      "resend": false,
      "description": "Sends a newsletter (one-time send) that is ready to its whole audience, once; it cannot be taken back.",
      "examples": [
        {
          "title": "Send it",
          "input": {
            "newsletter": "3"
          }
        },
        {
          "title": "At most 500 a minute",
          "input": {
            "newsletter": "3",
            "rate": 500,
            "ratePeriod": "minute"
          }
        }
      ],
      "fields": [
        "newsletter@get-newsletter",
        "rate",
        "ratePeriod",
        "rateSpread",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-update-newsletter-content",
      "id": "update-newsletter-content",
      "title": "Update Newsletter Content (One-Time Send)",
      "palette": "Customer.io Messages",
      "color": "#DCD0FF",
      "words": "change edit newsletter email e-mail",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-newsletter.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Changes what a newsletter (one-time send) says before it is sent: one variant, or one language.",
      "examples": [
        {
          "title": "Another subject",
          "input": {
            "newsletter": "3",
            "content": "3",
            "subject": "What is new"
          }
        },
        {
          "title": "A translation",
          "input": {
            "newsletter": "3",
            "language": "fr",
            "add": true,
            "subject": "Nouvelles",
            "body": "<h1>Bonjour</h1>",
            "bodyPlain": "Bonjour"
          }
        },
        {
          "title": "A translation of a test group",
          "input": {
            "newsletter": "3",
            "language": "fr",
            "testGroup": "1",
            "subject": "Nouvelles"
          }
        },
        {
          "title": "A language more for a test group",
          "input": {
            "newsletter": "3",
            "language": "fr",
            "testGroup": "1",
            "add": true,
            "subject": "Nouvelles",
            "body": "<h1>Bonjour</h1>"
          }
        },
        {
          "title": "A word in a translation",
          "input": {
            "newsletter": "3",
            "language": "fr",
            "subject": "Nouvelles"
          }
        }
      ],
      "fields": [
        "newsletter@get-newsletter",
        "content@update-newsletter-content",
        "language@update-transactional-content",
        "testGroup",
        "add",
        "bodyPlain@update-newsletter-content",
        "subject@update-campaign-message",
        "body@update-campaign-message",
        "bodyAmp@update-campaign-message",
        "preheader@update-campaign-message",
        "from@update-campaign-message",
        "replyTo@update-campaign-message",
        "headers@update-campaign-message",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-delete-collection",
      "id": "delete-collection",
      "title": "Delete Collection",
      "palette": "Customer.io Messages",
      "color": "#F5B9B2",
      "words": "remove table rows content",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Deletes a collection and its rows permanently. One that is in use cannot be deleted.",
      "examples": [
        {
          "title": "One collection",
          "input": {
            "collection": "3"
          }
        }
      ],
      "fields": [
        "collection",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-delete-snippet",
      "id": "delete-snippet",
      "title": "Delete Snippet",
      "palette": "Customer.io Messages",
      "color": "#F5B9B2",
      "words": "remove block content liquid template",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Deletes a snippet permanently. One that is in use cannot be deleted.",
      "examples": [
        {
          "title": "One snippet",
          "input": {
            "name": "address"
          }
        }
      ],
      "fields": [
        "name@set-snippet",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-delete-newsletter",
      "id": "delete-newsletter",
      "title": "Delete Newsletter (One-Time Send)",
      "palette": "Customer.io Messages",
      "color": "#F5B9B2",
      "words": "remove newsletter email e-mail",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Deletes a newsletter (one-time send) and its metrics permanently.",
      "examples": [
        {
          "title": "Delete a draft",
          "input": {
            "newsletter": "3"
          }
        }
      ],
      "fields": [
        "newsletter@get-newsletter",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-add-to-segment",
      "id": "add-to-segment",
      "title": "Add To Segment",
      "palette": "Customer.io Segments",
      "color": "#DCD0FF",
      "words": "member person add segment audience list cohort",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Adds people to a manual segment. Customer.io skips people it does not know; segments with conditions cannot be changed.",
      "examples": [
        {
          "title": "Two people",
          "input": {
            "segment": "7",
            "ids": [
              "123",
              "124"
            ]
          }
        }
      ],
      "fields": [
        "segment",
        "ids@add-to-segment",
        "idType@add-to-segment",
        "createIfMissing@add-to-segment",
        "verify",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-remove-from-segment",
      "id": "remove-from-segment",
      "title": "Remove From Segment",
      "palette": "Customer.io Segments",
      "color": "#DCD0FF",
      "words": "member person delete segment audience list cohort",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Removes people from a manual segment. Customer.io skips people it does not know; segments with conditions cannot be changed.",
      "examples": [
        {
          "title": "By e-mail address",
          "input": {
            "segment": "7",
            "ids": [
              "ada@example.com"
            ],
            "idType": "email"
          }
        }
      ],
      "fields": [
        "segment",
        "ids@add-to-segment",
        "idType@add-to-segment",
        "createIfMissing@add-to-segment",
        "verify",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-count-segment",
      "id": "count-segment",
      "title": "Count Segment",
      "palette": "Customer.io Segments",
      "color": "#C9D7E5",
      "words": "size members segment audience list cohort",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns how many people currently belong to a segment.",
      "examples": [
        {
          "title": "How many are there?",
          "input": {
            "segment": "7"
          }
        }
      ],
      "fields": [
        "segment@count-segment",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-create-segment",
      "id": "create-segment",
      "title": "Create Segment",
      "palette": "Customer.io Segments",
      "color": "#DCD0FF",
      "words": "add new segment audience list cohort",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Creates a manual segment, to which people are added manually or by Add To Segment.",
      "examples": [
        {
          "title": "A segment for the newsletter",
          "input": {
            "name": "newsletter"
          }
        }
      ],
      "fields": [
        "name@create-segment",
        "description",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-segment",
      "id": "get-segment",
      "title": "Get Segment",
      "palette": "Customer.io Segments",
      "color": "#C9D7E5",
      "words": "read segment audience list cohort",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the name, type, state and progress of one segment.",
      "examples": [
        {
          "title": "One segment",
          "input": {
            "segment": "7"
          }
        }
      ],
      "fields": [
        "segment@count-segment",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-segment-usage",
      "id": "get-segment-usage",
      "title": "Get Segment Usage",
      "palette": "Customer.io Segments",
      "color": "#C9D7E5",
      "words": "segment audience list cohort",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns which campaigns and newsletters use a segment; check before you delete it.",
      "examples": [
        {
          "title": "What uses it?",
          "input": {
            "segment": "7"
          }
        }
      ],
      "fields": [
        "segment@count-segment",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-segment-members",
      "id": "list-segment-members",
      "title": "List Segment Members",
      "palette": "Customer.io Segments",
      "color": "#C9D7E5",
      "words": "people members read segment audience list cohort",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the identifiers of the people who belong to a segment.",
      "examples": [
        {
          "title": "First hundred",
          "input": {
            "segment": "7",
            "limit": 100
          }
        }
      ],
      "fields": [
        "segment@count-segment",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-segments",
      "id": "list-segments",
      "title": "List Segments",
      "palette": "Customer.io Segments",
      "color": "#C9D7E5",
      "words": "read segment audience list cohort",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists every segment of the workspace with its type and state.",
      "examples": [
        {
          "title": "All segments",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-delete-segment",
      "id": "delete-segment",
      "title": "Delete Segment",
      "palette": "Customer.io Segments",
      "color": "#F5B9B2",
      "words": "remove segment audience list cohort",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Deletes a manual segment permanently; the people in it stay. One that is in use cannot be deleted.",
      "examples": [
        {
          "title": "Delete a segment",
          "input": {
            "segment": "7"
          }
        }
      ],
      "fields": [
        "segment@count-segment",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-identify-object",
      "id": "identify-object",
      "title": "Identify Object",
      "palette": "Customer.io Objects",
      "color": "#DCD0FF",
      "words": "create update upsert add object company account group",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Creates an object such as a company, or updates the one with this ID; optionally relates people to it.",
      "examples": [
        {
          "title": "A company and its administrator",
          "input": {
            "objectTypeId": "1",
            "objectId": "acme",
            "objectData": {
              "name": "Acme"
            },
            "relationships": [
              {
                "id": "123",
                "attributes": {
                  "role": "admin"
                }
              }
            ]
          }
        },
        {
          "title": "A visitor not known yet",
          "input": {
            "objectTypeId": "1",
            "objectId": "acme",
            "relationships": [
              {
                "id": "anon-5f2c",
                "idType": "anonymous_id"
              }
            ]
          }
        }
      ],
      "fields": [
        "objectTypeId",
        "objectId",
        "objectIdType",
        "objectData",
        "relationships@identify-object",
        "createdAt@identify-object",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-add-relationships",
      "id": "add-relationships",
      "title": "Add Relationships",
      "palette": "Customer.io Objects",
      "color": "#DCD0FF",
      "words": "relate person create object company account group",
      "confirm": false,
      "isJob": false,
      "output": "result",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Relates a person to objects, or an object to people. Those that do not exist yet are created.",
      "examples": [
        {
          "title": "One person, two objects",
          "input": {
            "id": "123",
            "objects": [
              {
                "objectTypeId": "1",
                "objectId": "acme"
              },
              {
                "objectTypeId": "2",
                "objectId": "course-7"
              }
            ]
          }
        },
        {
          "title": "One object, two people",
          "input": {
            "objectTypeId": "1",
            "objectId": "acme",
            "people": [
              {
                "id": "123"
              },
              {
                "id": "ada@example.com"
              }
            ]
          }
        }
      ],
      "fields": [
        "id@add-relationships",
        "idType",
        "objectTypeId@add-relationships",
        "objectId@add-relationships",
        "objectIdType",
        "objects",
        "people",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-object",
      "id": "get-object",
      "title": "Get Object",
      "palette": "Customer.io Objects",
      "color": "#C9D7E5",
      "words": "read fetch object company account group",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns an object: its attributes, and optionally the people it is related to.",
      "examples": [
        {
          "title": "A company",
          "input": {
            "objectTypeId": "1",
            "objectId": "acme"
          }
        },
        {
          "title": "A company and its people",
          "input": {
            "objectTypeId": "1",
            "objectId": "acme",
            "relationships": true
          }
        }
      ],
      "fields": [
        "objectTypeId",
        "objectId",
        "objectIdType",
        "relationships@get-object",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-object-types",
      "id": "list-object-types",
      "title": "List Object Types",
      "palette": "Customer.io Objects",
      "color": "#C9D7E5",
      "words": "object company account group",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the types of objects, such as companies, with their numbers.",
      "examples": [
        {
          "title": "All types",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-relationships",
      "id": "list-relationships",
      "title": "List Relationships",
      "palette": "Customer.io Objects",
      "color": "#C9D7E5",
      "words": "read person object company account group",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the objects of a person, or the people of an object.",
      "examples": [
        {
          "title": "All objects of a person",
          "input": {
            "id": "123",
            "all": true
          }
        },
        {
          "title": "People of an object",
          "input": {
            "objectTypeId": "1",
            "objectId": "acme"
          }
        }
      ],
      "fields": [
        "id@list-relationships",
        "idType",
        "objectTypeId@list-relationships",
        "objectId@add-relationships",
        "objectIdType",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-remove-relationships",
      "id": "remove-relationships",
      "title": "Remove Relationships",
      "palette": "Customer.io Objects",
      "color": "#DCD0FF",
      "words": "unrelate person delete object company account group",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Removes relationships of a person with objects, or of an object with people. Both sides stay.",
      "examples": [
        {
          "title": "One person, two objects",
          "input": {
            "id": "123",
            "objects": [
              {
                "objectTypeId": "1",
                "objectId": "acme"
              },
              {
                "objectTypeId": "2",
                "objectId": "course-7"
              }
            ]
          }
        },
        {
          "title": "One object, two people",
          "input": {
            "objectTypeId": "1",
            "objectId": "acme",
            "people": [
              {
                "id": "123"
              },
              {
                "id": "ada@example.com"
              }
            ]
          }
        }
      ],
      "fields": [
        "id@add-relationships",
        "idType",
        "objectTypeId@add-relationships",
        "objectId@add-relationships",
        "objectIdType",
        "objects",
        "people",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-search-objects",
      "id": "search-objects",
      "title": "Search Objects",
      "palette": "Customer.io Objects",
      "color": "#C9D7E5",
      "words": "find filter object company account group",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-object.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Finds objects of one type by their attributes, such as companies on a plan.",
      "examples": [
        {
          "title": "Companies on a plan",
          "input": {
            "objectTypeId": "1",
            "filter": {
              "object_attribute": {
                "field": "plan",
                "operator": "eq",
                "value": "pro",
                "type_id": "1"
              }
            }
          }
        }
      ],
      "fields": [
        "objectTypeId@search-objects",
        "filter@search-objects",
        "limit",
        "all@search-people",
        "start",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-destroy-object",
      "id": "destroy-object",
      "title": "Destroy Object",
      "palette": "Customer.io Objects",
      "color": "#F5B9B2",
      "words": "delete remove object company account group",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Deletes an object and its relationships. The people who were related to it stay.",
      "examples": [
        {
          "title": "Delete a company",
          "input": {
            "objectTypeId": "1",
            "objectId": "acme"
          }
        }
      ],
      "fields": [
        "objectTypeId",
        "objectId",
        "objectIdType",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-batch",
      "id": "batch",
      "title": "Batch",
      "palette": "Customer.io Data and jobs",
      "color": "#DCD0FF",
      "words": "bulk many create update delete api http",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-batch.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Sends a list of operations, of any kinds and mixed, in as few requests as fit; reports the ones that were refused.",
      "examples": [
        {
          "title": "A person and an event",
          "input": {
            "operations": [
              {
                "action": "identify",
                "input": {
                  "id": "123",
                  "customerData": {
                    "plan": "pro"
                  }
                }
              },
              {
                "action": "track",
                "input": {
                  "id": "123",
                  "eventName": "signed_up"
                }
              }
            ]
          }
        },
        {
          "title": "In Customer.io's own form",
          "input": {
            "operations": [
              {
                "type": "person",
                "action": "identify",
                "identifiers": {
                  "email": "ada@example.com"
                },
                "attributes": {
                  "plan": "pro"
                }
              },
              {
                "type": "object",
                "action": "identify",
                "identifiers": {
                  "object_type_id": "1",
                  "object_id": "acme"
                },
                "attributes": {
                  "name": "Acme"
                }
              }
            ]
          }
        }
      ],
      "fields": [
        "operations",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-account-region",
      "id": "get-account-region",
      "title": "Get Account Region",
      "palette": "Customer.io Data and jobs",
      "color": "#C9D7E5",
      "words": "region eu us api http",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-request.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns the workspace's region, its Track API address and its environment number.",
      "examples": [
        {
          "title": "Where is my workspace?",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-ip-addresses",
      "id": "get-ip-addresses",
      "title": "Get IP Addresses",
      "palette": "Customer.io Data and jobs",
      "color": "#C9D7E5",
      "words": "api http",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-request.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the addresses that Customer.io's webhooks come from, for a firewall's list.",
      "examples": [
        {
          "title": "All addresses",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-workspaces",
      "id": "list-workspaces",
      "title": "List Workspaces",
      "palette": "Customer.io Data and jobs",
      "color": "#C9D7E5",
      "words": "environment api http",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-request.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the workspaces of the account with how many people and messages each has; the numbers can be two hours old.",
      "examples": [
        {
          "title": "All workspaces",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-raw-request",
      "id": "raw-request",
      "title": "Raw Request - Track API",
      "palette": "Customer.io Data and jobs",
      "color": "#DCD0FF",
      "words": "custom any api http",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-request.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Sends any HTTP request to one of Customer.io's APIs with the connection's keys and region.",
      "examples": [
        {
          "title": "Ask for the account's region",
          "input": {
            "url": "/v1/accounts/region",
            "method": "GET"
          }
        },
        {
          "title": "Send an event",
          "input": {
            "url": "/v1/customers/123/events",
            "method": "POST",
            "data": {
              "name": "signed_up"
            }
          }
        },
        {
          "title": "List the workspace's subscription topics (App API)",
          "input": {
            "url": "/v1/subscription_topics",
            "method": "GET",
            "api": "app"
          }
        }
      ],
      "fields": [
        "url@raw-request",
        "method@raw-request",
        "api@raw-request",
        "data@raw-request",
        "formData",
        "fileData",
        "fileDataFileNames",
        "queryParameters",
        "headers@raw-request",
        "responseType",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs@raw-request",
        "retryOnAllErrors",
        "maxRetryCount@raw-request",
        "useExponentialBackoff@raw-request"
      ]
    },
    {
      "type": "customerio-export-customers",
      "id": "export-customers",
      "title": "Export Customers",
      "palette": "Customer.io Data and jobs",
      "color": "#DCD0FF",
      "words": "people person export download csv",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-batch.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Starts an export of people to a CSV file; Get Export returns its state and address.",
      "examples": [
        {
          "title": "A segment with its plans",
          "input": {
            "filter": {
              "segment": {
                "id": 7
              }
            },
            "attributes": [
              "plan"
            ]
          }
        }
      ],
      "fields": [
        "filter@export-customers",
        "attributes@export-customers",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-export-deliveries",
      "id": "export-deliveries",
      "title": "Export Deliveries",
      "palette": "Customer.io Data and jobs",
      "color": "#DCD0FF",
      "words": "messages export download csv",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-batch.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Starts an export of the deliveries of a newsletter, campaign, transactional message or action to a CSV file.",
      "examples": [
        {
          "title": "What bounced of a campaign",
          "input": {
            "campaign": "3",
            "metric": "bounced"
          }
        }
      ],
      "fields": [
        "newsletter@export-deliveries",
        "campaign@export-deliveries",
        "transactionalMessage",
        "action@export-deliveries",
        "startTime@export-deliveries",
        "endTime@export-deliveries",
        "attributes@export-customers",
        "metric@export-deliveries",
        "drafts@export-deliveries",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-export",
      "id": "get-export",
      "title": "Get Export",
      "palette": "Customer.io Data and jobs",
      "color": "#C9D7E5",
      "words": "export download csv",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-batch.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns how far an export is, and the address of its file, valid for 15 minutes.",
      "examples": [
        {
          "title": "Is it ready?",
          "input": {
            "export": "9"
          }
        }
      ],
      "fields": [
        "export",
        "link@get-export",
        "download",
        "file",
        "maxMegabytes",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-exports",
      "id": "list-exports",
      "title": "List Exports",
      "palette": "Customer.io Data and jobs",
      "color": "#C9D7E5",
      "words": "read export download csv",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-batch.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the exports of people and deliveries.",
      "examples": [
        {
          "title": "All exports",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-get-import",
      "id": "get-import",
      "title": "Get Import",
      "palette": "Customer.io Data and jobs",
      "color": "#C9D7E5",
      "words": "read status csv upload people person",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-import.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Returns how far an import in Customer.io is, and why it failed.",
      "examples": [
        {
          "title": "One import",
          "input": {
            "import": "9"
          }
        }
      ],
      "fields": [
        "import",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-start-import",
      "id": "start-import",
      "title": "Start Import",
      "palette": "Customer.io Data and jobs",
      "color": "#DCD0FF",
      "words": "create upload csv people person bulk upsert",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-import.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Has Customer.io fetch a CSV file and import its rows; Get Import returns how far it is.",
      "examples": [
        {
          "title": "People",
          "input": {
            "name": "Spring list",
            "dataFileUrl": "https://example.com/people.csv",
            "type": "people",
            "identifier": "email"
          }
        },
        {
          "title": "Companies",
          "input": {
            "name": "Accounts",
            "dataFileUrl": "https://example.com/accounts.csv",
            "type": "object",
            "objectTypeId": "1"
          }
        }
      ],
      "fields": [
        "name@start-import",
        "dataFileUrl@start-import",
        "type@start-import",
        "identifier@start-import",
        "objectTypeId@start-import",
        "dataToProcess",
        "description@start-import",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-create-reporting-webhook",
      "id": "create-reporting-webhook",
      "title": "Create Reporting Webhook",
      "palette": "Customer.io Data and jobs",
      "color": "#DCD0FF",
      "words": "add new webhook report",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-request.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Creates a webhook that reports message activity to an address of yours.",
      "examples": [
        {
          "title": "Report bounced e-mails",
          "input": {
            "name": "warehouse",
            "endpoint": "https://example.com/customerio",
            "events": [
              "email_bounced"
            ]
          }
        }
      ],
      "fields": [
        "name@create-reporting-webhook",
        "endpoint",
        "events@create-reporting-webhook",
        "disabled",
        "fullResolution",
        "withContent",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-list-reporting-webhooks",
      "id": "list-reporting-webhooks",
      "title": "List Reporting Webhooks",
      "palette": "Customer.io Data and jobs",
      "color": "#C9D7E5",
      "words": "webhook report",
      "confirm": false,
      "isJob": false,
      "output": "payload",
      "icon": "customerio-request.svg",
      "connectionType": "customerio-connection",
      "effect": "read",
      "resend": true,
      "description": "Lists the webhooks that report message activity to other systems.",
      "examples": [
        {
          "title": "All webhooks",
          "input": {}
        }
      ],
      "fields": [
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-update-reporting-webhook",
      "id": "update-reporting-webhook",
      "title": "Update Reporting Webhook",
      "palette": "Customer.io Data and jobs",
      "color": "#DCD0FF",
      "words": "change webhook report",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-request.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": true,
      "description": "Changes a reporting webhook; what is left empty stays as it is.",
      "examples": [
        {
          "title": "Switch it off",
          "input": {
            "webhook": "4",
            "disabled": true
          }
        }
      ],
      "fields": [
        "webhook",
        "name@update-reporting-webhook",
        "endpoint@update-reporting-webhook",
        "events@update-reporting-webhook",
        "disabled",
        "fullResolution",
        "withContent",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    },
    {
      "type": "customerio-delete-reporting-webhook",
      "id": "delete-reporting-webhook",
      "title": "Delete Reporting Webhook",
      "palette": "Customer.io Data and jobs",
      "color": "#F5B9B2",
      "words": "remove webhook report",
      "confirm": true,
      "isJob": false,
      "output": "result",
      "icon": "customerio-bin.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Deletes a reporting webhook; Customer.io stops reporting to its address.",
      "examples": [
        {
          "title": "Delete a webhook",
          "input": {
            "webhook": "4"
          }
        }
      ],
      "fields": [
        "webhook",
        "region",
        "timeout",
        "debugRequest",
        "retryDelayMs",
        "retryOnAllErrors",
        "maxRetryCount",
        "useExponentialBackoff"
      ]
    }
  ],
  "jobs": [
    {
      "type": "customerio-run-import",
      "id": "run-import",
      "title": "Run Import",
      "palette": "Customer.io Data and jobs",
      "color": "#F5B9B2",
      "words": "create update upsert delete csv table database sql bulk people person user contact events objects subscription suppression",
      "confirm": true,
      "isJob": true,
      "output": "result",
      "icon": "customerio-import.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": false,
      "description": "Imports people, events, objects, relationships, segment members, topic preferences or suppressed addresses from a file or database of this machine, and reports its progress.",
      "examples": [
        {
          "title": "People from a file",
          "input": {
            "kind": "people",
            "from": "/data/people.csv",
            "errors": "/data/errors.csv"
          }
        },
        {
          "title": "Columns that are called otherwise",
          "input": {
            "kind": "people",
            "from": "/data/people.csv",
            "identifier": "customer_email",
            "attributes": {
              "plan": "plan_name"
            }
          }
        }
      ],
      "fields": [
        "kind",
        "from@run-import",
        "query",
        "identifier@run-import",
        "attributes@run-import",
        "map",
        "errors",
        "throttle",
        "job",
        "resume",
        "dryRun"
      ]
    },
    {
      "type": "customerio-run-segment-poll",
      "id": "run-segment-poll",
      "title": "Poll Segment",
      "palette": "Customer.io Data and jobs",
      "color": "#DCD0FF",
      "words": "trigger entered left audience cohort members watch changes",
      "confirm": true,
      "isJob": true,
      "output": "result",
      "icon": "customerio-segment.svg",
      "connectionType": "customerio-connection",
      "effect": "write",
      "resend": false,
      "description": "Tells who entered and who left a segment since this was asked last; ask on a schedule. The first time tells nobody.",
      "examples": [
        {
          "title": "Who became a customer",
          "input": {
            "segment": "Customers"
          }
        }
      ],
      "fields": [
        "tellFirst",
        "poll",
        "segment@count-segment"
      ]
    },
    {
      "type": "customerio-run-sync",
      "id": "run-sync",
      "title": "Run Sync",
      "palette": "Customer.io Data and jobs",
      "color": "#F5B9B2",
      "words": "create update upsert delete table database sql crm two-way people person user contact segment",
      "confirm": true,
      "isJob": true,
      "output": "result",
      "icon": "customerio-sync.svg",
      "connectionType": "customerio-connection",
      "effect": "destroy",
      "resend": true,
      "description": "Runs a sync of this machine once: makes a table and people, or a query and a segment, the same, and reports its progress.",
      "examples": [
        {
          "title": "A sync of people",
          "input": {
            "file": "/data/syncs/people.json"
          }
        },
        {
          "title": "What it would do",
          "input": {
            "file": "/data/syncs/people.json",
            "dryRun": true
          }
        }
      ],
      "fields": [
        "file@run-sync",
        "dryRun@run-sync"
      ]
    }
  ],
  "triggers": [
    {
      "type": "customerio-reporting-event",
      "id": "reporting-event",
      "title": "On Customer.io Event",
      "palette": "Customer.io Messages",
      "color": "#FFE2A8",
      "words": "webhook trigger start delivered opened clicked bounced email e-mail",
      "icon": "customerio-trigger.svg",
      "connectionType": "customerio-connection",
      "description": "Starts when Customer.io reports that a message was sent, delivered, opened, clicked, bounced and so on, or that a person's subscription changed.",
      "fields": [
        "events@reporting-event",
        "path",
        "format",
        "naming",
        "campaigns",
        "broadcasts",
        "newsletters",
        "transactionalMessages",
        "actions",
        "recipientDomains",
        "replayWindow"
      ],
      "events": [
        {
          "title": "Customer",
          "events": [
            {
              "name": "customer_subscribed",
              "title": "Customer Subscribed",
              "description": "The person subscribed to messages."
            },
            {
              "name": "customer_unsubscribed",
              "title": "Customer Unsubscribed",
              "description": "The person unsubscribed."
            },
            {
              "name": "customer_subscription_preferences_changed",
              "title": "Customer Changed Subscription Preferences",
              "description": "The person's topic preferences changed."
            }
          ]
        },
        {
          "title": "Email",
          "events": [
            {
              "name": "email_drafted",
              "title": "Email Drafted",
              "description": "The message was made, and waits to be sent manually."
            },
            {
              "name": "email_attempted",
              "title": "Email Attempted",
              "description": "The message could not be handed to the provider yet; it is tried again."
            },
            {
              "name": "email_sent",
              "title": "Email Sent",
              "description": "The message was handed to the provider."
            },
            {
              "name": "email_delivered",
              "title": "Email Delivered",
              "description": "The provider says that the message arrived."
            },
            {
              "name": "email_opened",
              "title": "Email Opened",
              "description": "The message was opened."
            },
            {
              "name": "email_clicked",
              "title": "Email Clicked",
              "description": "A tracked link in the message was clicked."
            },
            {
              "name": "email_converted",
              "title": "Email Converted",
              "description": "The person did what the message was to bring about."
            },
            {
              "name": "email_bounced",
              "title": "Email Bounced",
              "description": "The provider could not deliver the message."
            },
            {
              "name": "email_dropped",
              "title": "Email Dropped",
              "description": "The message was not sent, because the person is suppressed."
            },
            {
              "name": "email_deferred",
              "title": "Email Deferred",
              "description": "The receiving side asked to wait; the provider tries again."
            },
            {
              "name": "email_spammed",
              "title": "Email Spammed",
              "description": "The person marked the message as spam."
            },
            {
              "name": "email_failed",
              "title": "Email Failed",
              "description": "The message could not be handed to the provider."
            },
            {
              "name": "email_unsubscribed",
              "title": "Email Unsubscribed",
              "description": "The person unsubscribed."
            },
            {
              "name": "email_undeliverable",
              "title": "Email Undeliverable",
              "description": "The message was held back by a limit, a cancelled newsletter or a workspace that does not send."
            }
          ]
        },
        {
          "title": "Push",
          "events": [
            {
              "name": "push_drafted",
              "title": "Push Drafted",
              "description": "The message was made, and waits to be sent manually."
            },
            {
              "name": "push_attempted",
              "title": "Push Attempted",
              "description": "The message could not be handed to the provider yet; it is tried again."
            },
            {
              "name": "push_sent",
              "title": "Push Sent",
              "description": "The message was handed to the provider."
            },
            {
              "name": "push_delivered",
              "title": "Push Delivered",
              "description": "The provider says that the message arrived."
            },
            {
              "name": "push_opened",
              "title": "Push Opened",
              "description": "The message was opened."
            },
            {
              "name": "push_clicked",
              "title": "Push Clicked",
              "description": "A tracked link in the message was clicked."
            },
            {
              "name": "push_converted",
              "title": "Push Converted",
              "description": "The person did what the message was to bring about."
            },
            {
              "name": "push_bounced",
              "title": "Push Bounced",
              "description": "The provider could not deliver the message."
            },
            {
              "name": "push_dropped",
              "title": "Push Dropped",
              "description": "The message was not sent, because the person is suppressed."
            },
            {
              "name": "push_failed",
              "title": "Push Failed",
              "description": "The message could not be handed to the provider."
            },
            {
              "name": "push_undeliverable",
              "title": "Push Undeliverable",
              "description": "The message was held back by a limit, a cancelled newsletter or a workspace that does not send."
            }
          ]
        },
        {
          "title": "SMS",
          "events": [
            {
              "name": "sms_drafted",
              "title": "SMS Drafted",
              "description": "The message was made, and waits to be sent manually."
            },
            {
              "name": "sms_attempted",
              "title": "SMS Attempted",
              "description": "The message could not be handed to the provider yet; it is tried again."
            },
            {
              "name": "sms_sent",
              "title": "SMS Sent",
              "description": "The message was handed to the provider."
            },
            {
              "name": "sms_delivered",
              "title": "SMS Delivered",
              "description": "The provider says that the message arrived."
            },
            {
              "name": "sms_clicked",
              "title": "SMS Clicked",
              "description": "A tracked link in the message was clicked."
            },
            {
              "name": "sms_converted",
              "title": "SMS Converted",
              "description": "The person did what the message was to bring about."
            },
            {
              "name": "sms_bounced",
              "title": "SMS Bounced",
              "description": "The provider could not deliver the message."
            },
            {
              "name": "sms_dropped",
              "title": "SMS Dropped",
              "description": "The message was not sent, because the person is suppressed."
            },
            {
              "name": "sms_failed",
              "title": "SMS Failed",
              "description": "The message could not be handed to the provider."
            },
            {
              "name": "sms_undeliverable",
              "title": "SMS Undeliverable",
              "description": "The message was held back by a limit, a cancelled newsletter or a workspace that does not send."
            },
            {
              "name": "sms_replied",
              "title": "SMS Replied",
              "description": "The person answered the message."
            }
          ]
        },
        {
          "title": "WhatsApp",
          "events": [
            {
              "name": "whatsapp_drafted",
              "title": "WhatsApp Drafted",
              "description": "The message was made, and waits to be sent manually."
            },
            {
              "name": "whatsapp_attempted",
              "title": "WhatsApp Attempted",
              "description": "The message could not be handed to the provider yet; it is tried again."
            },
            {
              "name": "whatsapp_sent",
              "title": "WhatsApp Sent",
              "description": "The message was handed to the provider."
            },
            {
              "name": "whatsapp_delivered",
              "title": "WhatsApp Delivered",
              "description": "The provider says that the message arrived."
            },
            {
              "name": "whatsapp_opened",
              "title": "WhatsApp Opened",
              "description": "The message was opened."
            },
            {
              "name": "whatsapp_clicked",
              "title": "WhatsApp Clicked",
              "description": "A tracked link in the message was clicked."
            },
            {
              "name": "whatsapp_converted",
              "title": "WhatsApp Converted",
              "description": "The person did what the message was to bring about."
            },
            {
              "name": "whatsapp_bounced",
              "title": "WhatsApp Bounced",
              "description": "The provider could not deliver the message."
            },
            {
              "name": "whatsapp_dropped",
              "title": "WhatsApp Dropped",
              "description": "The message was not sent, because the person is suppressed."
            },
            {
              "name": "whatsapp_failed",
              "title": "WhatsApp Failed",
              "description": "The message could not be handed to the provider."
            },
            {
              "name": "whatsapp_undeliverable",
              "title": "WhatsApp Undeliverable",
              "description": "The message was held back by a limit, a cancelled newsletter or a workspace that does not send."
            },
            {
              "name": "whatsapp_replied",
              "title": "WhatsApp Replied",
              "description": "The person answered the message."
            }
          ]
        },
        {
          "title": "In-App Messages",
          "events": [
            {
              "name": "in_app_drafted",
              "title": "In-App Drafted",
              "description": "The message was made, and waits to be sent manually."
            },
            {
              "name": "in_app_attempted",
              "title": "In-App Attempted",
              "description": "The message could not be handed to the provider yet; it is tried again."
            },
            {
              "name": "in_app_sent",
              "title": "In-App Sent",
              "description": "The message was handed to the provider."
            },
            {
              "name": "in_app_opened",
              "title": "In-App Opened",
              "description": "The message was opened."
            },
            {
              "name": "in_app_clicked",
              "title": "In-App Clicked",
              "description": "A tracked link in the message was clicked."
            },
            {
              "name": "in_app_converted",
              "title": "In-App Converted",
              "description": "The person did what the message was to bring about."
            },
            {
              "name": "in_app_failed",
              "title": "In-App Failed",
              "description": "The message could not be handed to the provider."
            },
            {
              "name": "in_app_undeliverable",
              "title": "In-App Undeliverable",
              "description": "The message was held back by a limit, a cancelled newsletter or a workspace that does not send."
            }
          ]
        },
        {
          "title": "Slack",
          "events": [
            {
              "name": "slack_drafted",
              "title": "Slack Drafted",
              "description": "The message was made, and waits to be sent manually."
            },
            {
              "name": "slack_attempted",
              "title": "Slack Attempted",
              "description": "The message could not be handed to the provider yet; it is tried again."
            },
            {
              "name": "slack_sent",
              "title": "Slack Sent",
              "description": "The message was handed to the provider."
            },
            {
              "name": "slack_clicked",
              "title": "Slack Clicked",
              "description": "A tracked link in the message was clicked."
            },
            {
              "name": "slack_converted",
              "title": "Slack Converted",
              "description": "The person did what the message was to bring about."
            },
            {
              "name": "slack_failed",
              "title": "Slack Failed",
              "description": "The message could not be handed to the provider."
            }
          ]
        },
        {
          "title": "Webhook",
          "events": [
            {
              "name": "webhook_drafted",
              "title": "Webhook Drafted",
              "description": "The message was made, and waits to be sent manually."
            },
            {
              "name": "webhook_attempted",
              "title": "Webhook Attempted",
              "description": "The message could not be handed to the provider yet; it is tried again."
            },
            {
              "name": "webhook_sent",
              "title": "Webhook Sent",
              "description": "The message was handed to the provider."
            },
            {
              "name": "webhook_clicked",
              "title": "Webhook Clicked",
              "description": "A tracked link in the message was clicked."
            },
            {
              "name": "webhook_converted",
              "title": "Webhook Converted",
              "description": "The person did what the message was to bring about."
            },
            {
              "name": "webhook_failed",
              "title": "Webhook Failed",
              "description": "The message could not be handed to the provider."
            },
            {
              "name": "webhook_undeliverable",
              "title": "Webhook Undeliverable",
              "description": "The message was held back by a limit, a cancelled newsletter or a workspace that does not send."
            }
          ]
        }
      ]
    }
  ],
  "fields": {
    "id": {
      "key": "id",
      "title": "ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The person: an id, an e-mail address or cio_ and the cio_id.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "idType": {
      "key": "idType",
      "title": "ID Type",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What kind of identifier the ID is; auto goes by its shape, as Customer.io does.",
      "default": "auto",
      "options": [
        {
          "value": "auto",
          "label": "By its shape"
        },
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "cio_id",
          "label": "cio_id"
        },
        {
          "value": "phone",
          "label": "Phone number"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "auto",
          "id",
          "email",
          "cio_id",
          "phone"
        ]
      }
    },
    "customerData": {
      "key": "customerData",
      "title": "Customer Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Attributes as keys and values; a value is a text, number, boolean, null, list or object.",
      "shape": {
        "type": "object"
      },
      "example": {
        "email": "ada@example.com",
        "plan": "pro"
      }
    },
    "createdAt": {
      "key": "createdAt",
      "title": "Created At",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When the person signed up, such as 2026-01-31T09:30:00Z; sent as created_at in Unix seconds.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "anonymousId": {
      "key": "anonymousId",
      "title": "Anonymous ID",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Joins the anonymous events sent with this ID in the last 30 days to the person.",
      "placeholder": "anon-5f2c",
      "shape": {
        "type": "string",
        "x-maxBytes": 150
      }
    },
    "unsubscribed": {
      "key": "unsubscribed",
      "title": "Unsubscribed",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "True: the person gets no messages; false: they do. Empty leaves it as it is.",
      "shape": {
        "type": "boolean"
      }
    },
    "subscriptionPreferences": {
      "key": "subscriptionPreferences",
      "title": "Subscription Preferences",
      "editor": "keyValue",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Topics as topic_1 or 1, each true or false. Topics left out go back to their default.",
      "dynamic": "subscription-topics",
      "shape": {
        "type": "object",
        "members": {
          "type": "boolean"
        }
      },
      "example": {
        "topic_1": true,
        "2": false
      }
    },
    "removeAttributes": {
      "key": "removeAttributes",
      "title": "Remove Attributes",
      "editor": "list",
      "group": "advanced",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Names of attributes to remove from the person; each is sent as an empty text.",
      "shape": {
        "type": "array",
        "items": {
          "type": "string",
          "minLength": 1,
          "x-maxBytes": 150
        }
      },
      "itemTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "old_plan"
      ]
    },
    "relationships": {
      "key": "relationships",
      "title": "Relationships",
      "editor": "list",
      "group": "advanced",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Objects to relate the person to: objectTypeId, objectId and, optionally, attributes of the relationship.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "object",
          "required": [
            "objectTypeId",
            "objectId"
          ]
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "objectTypeId": "1",
          "objectId": "acme",
          "attributes": {
            "role": "admin"
          }
        }
      ]
    },
    "updateOnly": {
      "key": "updateOnly",
      "title": "Update Only",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "True never creates a person: without a match Customer.io accepts the request and does nothing.",
      "shape": {
        "type": "boolean"
      }
    },
    "occurredAt": {
      "key": "occurredAt",
      "title": "Occurred At",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When the change happened; Customer.io drops changes older than the person's last one. Empty means now.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "verify": {
      "key": "verify",
      "title": "Verify",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Reads back with the App API key after the change, and says whether it is there.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "region": {
      "key": "region",
      "title": "Region",
      "editor": "choice",
      "group": "retries",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Region of your Customer.io account. Leave it empty to use the connection's region.",
      "options": [
        {
          "value": "auto",
          "label": "Found automatically"
        },
        {
          "value": "us",
          "label": "US"
        },
        {
          "value": "eu",
          "label": "EU"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "auto",
          "us",
          "eu"
        ]
      }
    },
    "timeout": {
      "key": "timeout",
      "title": "Timeout",
      "editor": "number",
      "group": "retries",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Longest wait for an answer to one attempt, in milliseconds, 10 to 600000.",
      "placeholder": "Default: 10000",
      "default": 10000,
      "minimum": 10,
      "maximum": 600000,
      "shape": {
        "type": "integer",
        "minimum": 10,
        "maximum": 600000
      }
    },
    "debugRequest": {
      "key": "debugRequest",
      "title": "Debug Request",
      "editor": "checkbox",
      "group": "retries",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Logs each request and answer, with keys, e-mail addresses and device tokens masked.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "retryDelayMs": {
      "key": "retryDelayMs",
      "title": "Retry Delay (ms)",
      "editor": "number",
      "group": "retries",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Pause before a retry, in milliseconds, 0 to 300000; the first of a growing row with backoff.",
      "placeholder": "Default: 200",
      "default": 200,
      "minimum": 0,
      "maximum": 300000,
      "shape": {
        "type": "integer",
        "minimum": 0,
        "maximum": 300000
      }
    },
    "retryOnAllErrors": {
      "key": "retryOnAllErrors",
      "title": "Retry On All Errors",
      "editor": "checkbox",
      "group": "retries",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Also retries answers that say the request itself is wrong, such as 400 or 401.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "maxRetryCount": {
      "key": "maxRetryCount",
      "title": "Max Retry Count",
      "editor": "number",
      "group": "retries",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Retries after the first attempt, 0 to 20; 0 means a single attempt.",
      "placeholder": "Default: 3",
      "default": 3,
      "minimum": 0,
      "maximum": 20,
      "shape": {
        "type": "integer",
        "minimum": 0,
        "maximum": 20
      }
    },
    "useExponentialBackoff": {
      "key": "useExponentialBackoff",
      "title": "Use Exponential Backoff",
      "editor": "checkbox",
      "group": "retries",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Doubles the pause before each further retry and spreads it at random, up to 30 seconds.",
      "placeholder": "Default: True",
      "default": true,
      "shape": {
        "type": "boolean"
      }
    },
    "include": {
      "key": "include",
      "title": "Include",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What to look up: attributes, devices, segments, messages, activities, relationships, preferences (topics by name) or optouts.",
      "placeholder": "Default: [\n  \"attributes\"\n]",
      "default": [
        "attributes"
      ],
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "string",
          "enum": [
            "attributes",
            "devices",
            "segments",
            "messages",
            "activities",
            "relationships",
            "preferences",
            "optouts"
          ]
        }
      },
      "itemTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ]
    },
    "all": {
      "key": "all",
      "title": "All",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Reads messages and activities to the end, instead of the newest.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "language": {
      "key": "language",
      "title": "Language",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "In which the names of topics come, such as de; empty is the workspace's.",
      "placeholder": "de",
      "dynamic": "languages",
      "shape": {
        "type": "string",
        "maxLength": 35
      }
    },
    "email": {
      "key": "email",
      "title": "Email",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The whole e-mail address to look for, such as ada@example.com.",
      "placeholder": "ada@example.com",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500
      }
    },
    "filter": {
      "key": "filter",
      "title": "Filter",
      "editor": "code",
      "group": "main",
      "required": true,
      "types": [
        "object"
      ],
      "valueTypes": [
        "conditions",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "One of and, or, not, segment and attribute; the first three hold further filters.",
      "conditions": "attribute",
      "untyped": "json",
      "shape": {
        "type": "object"
      },
      "example": {
        "and": [
          {
            "segment": {
              "id": 7
            }
          },
          {
            "attribute": {
              "field": "plan",
              "operator": "eq",
              "value": "pro"
            }
          }
        ]
      }
    },
    "limit": {
      "key": "limit",
      "title": "Limit",
      "editor": "number",
      "group": "main",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Most to return; empty is one page. With All, page size.",
      "minimum": 1,
      "maximum": 1000000,
      "shape": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000000
      }
    },
    "all@search-people": {
      "key": "all",
      "title": "All",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Reads every page to the end.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "start": {
      "key": "start",
      "title": "Start",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Where to continue: next of an earlier result.",
      "placeholder": "MTAwMA==",
      "shape": {
        "type": "string",
        "maxLength": 2000
      }
    },
    "primary": {
      "key": "primary",
      "title": "Primary",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The person who stays: an id, an e-mail address or cio_ and the cio_id.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "secondary": {
      "key": "secondary",
      "title": "Secondary",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The person who is merged into the primary one and then deleted.",
      "placeholder": "ada@example.com",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "primaryType": {
      "key": "primaryType",
      "title": "Primary Type",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What kind of identifier Primary is; auto goes by its shape, as Customer.io does.",
      "default": "auto",
      "options": [
        {
          "value": "auto",
          "label": "By its shape"
        },
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "cio_id",
          "label": "cio_id"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "auto",
          "id",
          "email",
          "cio_id"
        ]
      }
    },
    "secondaryType": {
      "key": "secondaryType",
      "title": "Secondary Type",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What kind of identifier Secondary is; auto goes by its shape, as Customer.io does.",
      "default": "auto",
      "options": [
        {
          "value": "auto",
          "label": "By its shape"
        },
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "cio_id",
          "label": "cio_id"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "auto",
          "id",
          "email",
          "cio_id"
        ]
      }
    },
    "deviceToken": {
      "key": "deviceToken",
      "title": "Device Token",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The token that Apple or Google gave the app on this device.",
      "placeholder": "exampleDeviceToken",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 4096
      }
    },
    "platform": {
      "key": "platform",
      "title": "Platform",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The device's platform; the other Apple platforms are sent as ios.",
      "options": [
        {
          "value": "ios",
          "label": "iOS"
        },
        {
          "value": "android",
          "label": "Android"
        },
        {
          "value": "iphoneos",
          "label": "iPhone OS (sent as ios)"
        },
        {
          "value": "ipados",
          "label": "iPadOS (sent as ios)"
        },
        {
          "value": "macos",
          "label": "macOS (sent as ios)"
        },
        {
          "value": "tvos",
          "label": "tvOS (sent as ios)"
        },
        {
          "value": "watchos",
          "label": "watchOS (sent as ios)"
        },
        {
          "value": "visionos",
          "label": "visionOS (sent as ios)"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "ios",
          "android",
          "iphoneos",
          "ipados",
          "macos",
          "tvos",
          "watchos",
          "visionos"
        ]
      }
    },
    "lastUsed": {
      "key": "lastUsed",
      "title": "Last Used",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When the person last used the device, such as 2026-01-31T09:30:00Z. Empty means now.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "deviceAttributes": {
      "key": "deviceAttributes",
      "title": "Device Attributes",
      "editor": "keyValue",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Such as device_os, app_version or push_enabled; numbers and booleans are sent as texts.",
      "shape": {
        "type": "object",
        "members": {
          "type": [
            "string",
            "number",
            "boolean"
          ]
        }
      },
      "example": {
        "device_os": "18.1",
        "push_enabled": true
      }
    },
    "identifier": {
      "key": "identifier",
      "title": "Identifier",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Which of the person's identifiers is to change.",
      "options": [
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "phone",
          "label": "Phone number"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "id",
          "email",
          "phone"
        ]
      }
    },
    "value": {
      "key": "value",
      "title": "Value",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The new id, e-mail address, or phone number with plus and country code.",
      "placeholder": "ada@example.com",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "ifTaken": {
      "key": "ifTaken",
      "title": "If Taken",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When somebody else has it: conflict changes nothing; merge moves this person's data there permanently.",
      "default": "conflict",
      "options": [
        {
          "value": "conflict",
          "label": "Change nothing"
        },
        {
          "value": "merge",
          "label": "Merge into the owner"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "conflict",
          "merge"
        ]
      }
    },
    "ids": {
      "key": "ids",
      "title": "IDs",
      "editor": "list",
      "group": "main",
      "required": true,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The people's identifiers, any number of them; all of one ID Type.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "x-maxBytes": 150
        }
      },
      "itemTypes": [
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "exampleCustomerId",
        "anotherCustomerId"
      ]
    },
    "idType@get-people": {
      "key": "idType",
      "title": "ID Type",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What kind of identifier the IDs are; others are not found.",
      "default": "id",
      "options": [
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "cio_id",
          "label": "cio_id"
        },
        {
          "value": "phone",
          "label": "Phone number"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "id",
          "email",
          "cio_id",
          "phone"
        ]
      }
    },
    "anonymousId@link-anonymous": {
      "key": "anonymousId",
      "title": "Anonymous ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The ID that the visitor's events were sent with.",
      "placeholder": "anon-5f2c",
      "shape": {
        "type": "string",
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "createPerson": {
      "key": "createPerson",
      "title": "Create Person",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Off: an ID that nobody has does nothing. On: it becomes a new person.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "id@get-subscription-link": {
      "key": "id",
      "title": "ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The person's id or e-mail address.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "from": {
      "key": "from",
      "title": "From",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only opt-outs from this one sender.",
      "placeholder": "+15551234567",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "from@set-opt-out": {
      "key": "from",
      "title": "From",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The sender: its phone number, for SMS also its name or messaging service.",
      "placeholder": "+15551234567",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "channel": {
      "key": "channel",
      "title": "Channel",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the sender sends: sms or whatsapp.",
      "default": "sms",
      "options": [
        {
          "value": "sms",
          "label": "SMS"
        },
        {
          "value": "whatsapp",
          "label": "WhatsApp"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "sms",
          "whatsapp"
        ]
      }
    },
    "optOut": {
      "key": "optOut",
      "title": "Opt Out",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "On opts the person out of this sender, off in again.",
      "placeholder": "Default: True",
      "default": true,
      "shape": {
        "type": "boolean"
      }
    },
    "topics": {
      "key": "topics",
      "title": "Topics",
      "editor": "keyValue",
      "group": "main",
      "required": true,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Topics as topic_1 or 1, each true or false.",
      "dynamic": "subscription-topics",
      "shape": {
        "type": "object",
        "minProperties": 1,
        "members": {
          "type": "boolean"
        }
      },
      "example": {
        "topic_1": true,
        "2": false
      }
    },
    "mode": {
      "key": "mode",
      "title": "Mode",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What of topics left out: with change they stay, with replace they fall to their default.",
      "default": "change",
      "options": [
        {
          "value": "change",
          "label": "Change these"
        },
        {
          "value": "replace",
          "label": "Replace all"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "change",
          "replace"
        ]
      }
    },
    "unsubscribed@set-subscription-preferences": {
      "key": "unsubscribed",
      "title": "Unsubscribed",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "True: no messages at all; false: again those of the topics. Empty leaves it.",
      "shape": {
        "type": "boolean"
      }
    },
    "email@add-suppression": {
      "key": "email",
      "title": "Email",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The e-mail address, in any letter case.",
      "placeholder": "ada@example.com",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 320
      }
    },
    "type": {
      "key": "type",
      "title": "Type",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Why the mail provider suppresses an address.",
      "options": [
        {
          "value": "bounces",
          "label": "Bounces"
        },
        {
          "value": "blocks",
          "label": "Blocks"
        },
        {
          "value": "spam_reports",
          "label": "Spam reports"
        },
        {
          "value": "invalid_emails",
          "label": "Invalid addresses"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "bounces",
          "blocks",
          "spam_reports",
          "invalid_emails"
        ]
      }
    },
    "domain": {
      "key": "domain",
      "title": "Domain",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only those of this sending domain.",
      "placeholder": "mail.example.com",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 253
      }
    },
    "eventName": {
      "key": "eventName",
      "title": "Event Name",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Name of the event, as campaigns and segments refer to it, such as completed_purchase.",
      "placeholder": "myCustomerEvent",
      "shape": {
        "type": "string",
        "minLength": 1,
        "x-maxBytes": 100
      }
    },
    "eventData": {
      "key": "eventData",
      "title": "Event Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Keys and values that describe what happened, for use in messages and filters.",
      "shape": {
        "type": "object",
        "x-maxBytes": 100000
      },
      "example": {
        "price": 49,
        "currency": "USD"
      }
    },
    "eventId": {
      "key": "eventId",
      "title": "Event ID",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A ULID; Customer.io drops a second event with the same one. Empty makes one for you.",
      "placeholder": "01JD8QK3W9W7X2T8Z5N4R6M1CB",
      "shape": {
        "type": "string",
        "maxLength": 150
      }
    },
    "timestamp": {
      "key": "timestamp",
      "title": "Timestamp",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When it happened: Unix seconds, Unix milliseconds or ISO 8601 such as 2026-01-31T09:30:00Z. Empty means now.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "url": {
      "key": "url",
      "title": "URL",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Full address of the page, or an asterisk (*) for any page.",
      "placeholder": "https://www.example.com/pricing",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 8000
      }
    },
    "eventData@track-page-view": {
      "key": "eventData",
      "title": "Event Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Keys and values about the visit, such as referrer or title.",
      "shape": {
        "type": "object",
        "x-maxBytes": 100000
      },
      "example": {
        "price": 49,
        "currency": "USD"
      }
    },
    "anonymousId@track-anonymous": {
      "key": "anonymousId",
      "title": "Anonymous ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Your ID for the unknown visitor. Empty sends an invite event, which needs recipient in Event Data.",
      "placeholder": "anon-5f2c",
      "shape": {
        "type": "string",
        "x-maxBytes": 150
      }
    },
    "id@list-activities": {
      "key": "id",
      "title": "ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only activities of this person: an id, an e-mail address or cio_ and the cio_id.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "idType@list-activities": {
      "key": "idType",
      "title": "ID Type",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What kind of identifier the ID is; auto goes by its shape.",
      "default": "auto",
      "options": [
        {
          "value": "auto",
          "label": "By its shape"
        },
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "cio_id",
          "label": "cio_id"
        },
        {
          "value": "phone",
          "label": "Phone number"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "auto",
          "id",
          "email",
          "cio_id",
          "phone"
        ]
      }
    },
    "activityType": {
      "key": "activityType",
      "title": "Activity Type",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only activities of this type, such as event, attribute_change or sent_email.",
      "placeholder": "event",
      "shape": {
        "type": "string",
        "maxLength": 200
      }
    },
    "name": {
      "key": "name",
      "title": "Name",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only events or screens of this name, such as purchase.",
      "placeholder": "purchase",
      "shape": {
        "type": "string",
        "maxLength": 500
      }
    },
    "deleted": {
      "key": "deleted",
      "title": "Deleted",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Lists activities of people who were deleted, too.",
      "shape": {
        "type": "boolean"
      }
    },
    "event": {
      "key": "event",
      "title": "Event",
      "editor": "code",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "One event with a type, as Segment and RudderStack SDKs send it.",
      "shape": {
        "type": "object"
      },
      "example": {
        "type": "track",
        "messageId": "m-1",
        "userId": "123",
        "event": "Order Completed",
        "properties": {
          "total": 49.5
        },
        "timestamp": "2026-01-31T09:30:00Z"
      }
    },
    "events": {
      "key": "events",
      "title": "Events",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A list of events, instead of Event; sent in their order.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "object"
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "type": "identify",
          "messageId": "m-2",
          "userId": "123",
          "traits": {
            "email": "ada@example.com",
            "createdAt": "2026-01-31T09:30:00Z"
          }
        },
        {
          "type": "page",
          "messageId": "m-3",
          "userId": "123",
          "name": "Pricing",
          "properties": {
            "url": "https://example.com/pricing"
          }
        }
      ]
    },
    "profile": {
      "key": "profile",
      "title": "Profile",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Whose rules apply: ours, or those of the system you move from.",
      "default": "connector",
      "options": [
        {
          "value": "connector",
          "label": "connector"
        },
        {
          "value": "segment",
          "label": "segment"
        },
        {
          "value": "segment-classic",
          "label": "segment-classic"
        },
        {
          "value": "rudderstack",
          "label": "rudderstack"
        },
        {
          "value": "rudderstack-v2",
          "label": "rudderstack-v2"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "connector",
          "segment",
          "segment-classic",
          "rudderstack",
          "rudderstack-v2"
        ]
      }
    },
    "api": {
      "key": "api",
      "title": "API",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Which API takes the events: Track, by the profile's rules, or Pipelines, as they are.",
      "default": "track",
      "options": [
        {
          "value": "track",
          "label": "Track API"
        },
        {
          "value": "pipelines",
          "label": "Pipelines API"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "track",
          "pipelines"
        ]
      }
    },
    "deviceEvent": {
      "key": "deviceEvent",
      "title": "Device Event",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Name of a further event that registers the device it carries, such as Device Token Set.",
      "placeholder": "Device Token Set",
      "shape": {
        "type": "string"
      }
    },
    "createdAtNow": {
      "key": "createdAtNow",
      "title": "Created At Now",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Gives an identify without a creation time the current one, each time.",
      "shape": {
        "type": "boolean"
      }
    },
    "convertTimestamps": {
      "key": "convertTimestamps",
      "title": "Convert Timestamps",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Turns ISO 8601 dates among traits and properties into Unix seconds. Off in rudderstack and rudderstack-v2.",
      "shape": {
        "type": "boolean"
      }
    },
    "reservedEvents": {
      "key": "reservedEvents",
      "title": "Reserved Events",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Lets events such as User Deleted do what they say. On in segment; in connector for delivery reports alone.",
      "shape": {
        "type": "boolean"
      }
    },
    "emailOnEveryCall": {
      "key": "emailOnEveryCall",
      "title": "Email On Every Call",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Lets an e-mail address name the person on every call, not on identify alone. On in rudderstack and rudderstack-v2 only.",
      "shape": {
        "type": "boolean"
      }
    },
    "consents": {
      "key": "consents",
      "title": "Consents",
      "editor": "list",
      "group": "advanced",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Consent categories without which an event is not sent, by the names that its context gives them.",
      "shape": {
        "type": "array",
        "items": {
          "type": "string"
        }
      },
      "itemTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "Marketing"
      ]
    },
    "records": {
      "key": "records",
      "title": "Records",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What a warehouse's records (type record) are: people, events, objects or members of a segment. Without it they are refused.",
      "options": [
        {
          "value": "person",
          "label": "person"
        },
        {
          "value": "event",
          "label": "event"
        },
        {
          "value": "object",
          "label": "object"
        },
        {
          "value": "segment",
          "label": "segment"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "person",
          "event",
          "object",
          "segment"
        ]
      }
    },
    "recordSegment": {
      "key": "recordSegment",
      "title": "Record Segment",
      "editor": "number",
      "group": "advanced",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the manual segment whose members the records are, such as 7.",
      "minimum": 1,
      "shape": {
        "type": "integer",
        "minimum": 1
      }
    },
    "screenName": {
      "key": "screenName",
      "title": "Screen Name",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Name of the screen, as campaigns and segments refer to it, such as settings.",
      "placeholder": "settings",
      "shape": {
        "type": "string",
        "minLength": 1,
        "x-maxBytes": 1000
      }
    },
    "eventData@track-screen-view": {
      "key": "eventData",
      "title": "Event Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Keys and values about the visit, such as the app's version.",
      "shape": {
        "type": "object",
        "x-maxBytes": 100000
      },
      "example": {
        "price": 49,
        "currency": "USD"
      }
    },
    "id@send-email": {
      "key": "id",
      "title": "ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Whom the message belongs to, created if unknown: id, e-mail address or cio_ and cio_id.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "idType@send-email": {
      "key": "idType",
      "title": "ID Type",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What kind of identifier the ID is; auto goes by its shape, as Customer.io does.",
      "default": "auto",
      "options": [
        {
          "value": "auto",
          "label": "By its shape"
        },
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "cio_id",
          "label": "cio_id"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "auto",
          "id",
          "email",
          "cio_id"
        ]
      }
    },
    "transactionalMessageId": {
      "key": "transactionalMessageId",
      "title": "Transactional Message ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number or trigger name of the template in Customer.io, such as 3 or order_shipped.",
      "placeholder": "3",
      "dynamic": "transactional-messages",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "maxLength": 500
      }
    },
    "to": {
      "key": "to",
      "title": "To",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Whom to send to: one address or several with commas, at most 15 with cc and bcc.",
      "placeholder": "ada@example.com",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 10000
      }
    },
    "from@send-email": {
      "key": "from",
      "title": "From",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A sender that Customer.io has verified; empty takes the template's.",
      "placeholder": "Shop <shop@example.com>",
      "without": "transactionalMessageId",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "subject": {
      "key": "subject",
      "title": "Subject",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Subject line; empty takes the template's.",
      "placeholder": "Your order is on its way",
      "without": "transactionalMessageId",
      "shape": {
        "type": "string",
        "maxLength": 10000
      }
    },
    "body": {
      "key": "body",
      "title": "Body",
      "editor": "code",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "HTML of the e-mail; empty takes the template's.",
      "placeholder": "<p>Hello</p>",
      "without": "transactionalMessageId",
      "untyped": "json",
      "shape": {
        "type": "string"
      }
    },
    "bodyPlain": {
      "key": "bodyPlain",
      "title": "Plain Body",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Plain text of the e-mail; empty lets Customer.io make it.",
      "placeholder": "Hello",
      "shape": {
        "type": "string"
      }
    },
    "bodyAmp": {
      "key": "bodyAmp",
      "title": "AMP Body",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "AMP form of the e-mail, for mail programs that show it.",
      "placeholder": "<html amp4email></html>",
      "shape": {
        "type": "string"
      }
    },
    "preheader": {
      "key": "preheader",
      "title": "Preheader",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Short text that mail programs show beside the subject.",
      "placeholder": "It arrives on Friday.",
      "shape": {
        "type": "string",
        "maxLength": 10000
      }
    },
    "replyTo": {
      "key": "replyTo",
      "title": "Reply To",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Address that answers go to; empty takes the template's.",
      "placeholder": "help@example.com",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "cc": {
      "key": "cc",
      "title": "Cc",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Further recipients that everyone sees, separated by commas.",
      "placeholder": "grace@example.com",
      "shape": {
        "type": "string",
        "maxLength": 10000
      }
    },
    "bcc": {
      "key": "bcc",
      "title": "Bcc",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Further recipients that nobody sees, separated by commas.",
      "placeholder": "archive@example.com",
      "shape": {
        "type": "string",
        "maxLength": 10000
      }
    },
    "fakeBcc": {
      "key": "fakeBcc",
      "title": "Fake Bcc",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Sends bcc recipients copies of their own, so that their opens do not count.",
      "shape": {
        "type": "boolean"
      }
    },
    "headers": {
      "key": "headers",
      "title": "Headers",
      "editor": "keyValue",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Further e-mail headers by name; ASCII only.",
      "shape": {
        "type": "object",
        "members": {
          "type": [
            "string",
            "number",
            "boolean"
          ]
        }
      },
      "example": {
        "X-Order": "42"
      }
    },
    "attachments": {
      "key": "attachments",
      "title": "Attachments",
      "editor": "keyValue",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Files by name, each as base64; below 2 MB in all.",
      "shape": {
        "type": "object",
        "members": {
          "type": "string"
        }
      },
      "example": {
        "hello.txt": "SGVsbG8="
      }
    },
    "disableCssPreprocessing": {
      "key": "disableCssPreprocessing",
      "title": "Disable CSS Preprocessing",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Leaves styles where they are, instead of moving them into the tags.",
      "shape": {
        "type": "boolean"
      }
    },
    "tracked": {
      "key": "tracked",
      "title": "Tracked",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Counts opens and clicks; on if empty.",
      "shape": {
        "type": "boolean"
      }
    },
    "sendToUnsubscribed": {
      "key": "sendToUnsubscribed",
      "title": "Send To Unsubscribed",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Sends to people who unsubscribed, too; on if empty.",
      "shape": {
        "type": "boolean"
      }
    },
    "messageData": {
      "key": "messageData",
      "title": "Message Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Keys and values that fill the template, as trigger. in Liquid.",
      "shape": {
        "type": "object"
      },
      "example": {
        "name": "Ada",
        "total": 49
      }
    },
    "sendAt": {
      "key": "sendAt",
      "title": "Send At",
      "editor": "time",
      "group": "delivery",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When to send it, at most 90 days ahead; empty means now. ISO 8601 or Unix time.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "language@send-email": {
      "key": "language",
      "title": "Language",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Which translation to send, such as de; empty goes by the person.",
      "placeholder": "de",
      "dynamic": "languages",
      "shape": {
        "type": "string",
        "maxLength": 50
      }
    },
    "disableMessageRetention": {
      "key": "disableMessageRetention",
      "title": "Disable Message Retention",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Keeps the content out of Customer.io's store, as for passwords.",
      "shape": {
        "type": "boolean"
      }
    },
    "queueDraft": {
      "key": "queueDraft",
      "title": "Queue Draft",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Makes a draft that a person has to send in Customer.io.",
      "shape": {
        "type": "boolean"
      }
    },
    "autoCreate": {
      "key": "autoCreate",
      "title": "Auto Create",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Creates an empty template when there is none of that trigger name.",
      "shape": {
        "type": "boolean"
      }
    },
    "waitFor": {
      "key": "waitFor",
      "title": "Wait For",
      "editor": "choice",
      "group": "delivery",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Waits until the message has reached this state; empty does not wait.",
      "options": [
        {
          "value": "sent",
          "label": "sent"
        },
        {
          "value": "delivered",
          "label": "delivered"
        },
        {
          "value": "opened",
          "label": "opened"
        },
        {
          "value": "clicked",
          "label": "clicked"
        },
        {
          "value": "converted",
          "label": "converted"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "sent",
          "delivered",
          "opened",
          "clicked",
          "converted"
        ]
      }
    },
    "waitSeconds": {
      "key": "waitSeconds",
      "title": "Wait Seconds",
      "editor": "number",
      "group": "delivery",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "How long to wait at most, in seconds; the message is never sent again.",
      "placeholder": "Default: 60",
      "default": 60,
      "minimum": 1,
      "maximum": 3600,
      "shape": {
        "type": "integer",
        "minimum": 1,
        "maximum": 3600
      }
    },
    "transactionalMessageId@send-push": {
      "key": "transactionalMessageId",
      "title": "Transactional Message ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number or trigger name of the template in Customer.io, such as 3 or order_shipped.",
      "placeholder": "3",
      "dynamic": "transactional-messages",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "maxLength": 500
      }
    },
    "to@send-push": {
      "key": "to",
      "title": "To",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "all, last_used or a device token; empty means all of the person's devices.",
      "placeholder": "all",
      "shape": {
        "type": "string",
        "maxLength": 5000
      }
    },
    "title": {
      "key": "title",
      "title": "Title",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Title of the notification; empty takes the template's.",
      "placeholder": "On its way",
      "shape": {
        "type": "string",
        "maxLength": 10000
      }
    },
    "message": {
      "key": "message",
      "title": "Message",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Text of the notification; empty takes the template's.",
      "placeholder": "It arrives on Friday.",
      "shape": {
        "type": "string",
        "maxLength": 100000
      }
    },
    "imageUrl": {
      "key": "imageUrl",
      "title": "Image URL",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Address of a picture that the notification shows.",
      "placeholder": "https://example.com/parcel.png",
      "shape": {
        "type": "string",
        "maxLength": 5000
      }
    },
    "link": {
      "key": "link",
      "title": "Link",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Address or deep link that a tap opens.",
      "placeholder": "https://example.com/orders/42",
      "shape": {
        "type": "string",
        "maxLength": 5000
      }
    },
    "sound": {
      "key": "sound",
      "title": "Sound",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Whether the device makes its default sound.",
      "options": [
        {
          "value": "default",
          "label": "default"
        },
        {
          "value": "none",
          "label": "none"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "default",
          "none"
        ]
      }
    },
    "customData": {
      "key": "customData",
      "title": "Custom Data",
      "editor": "keyValue",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Keys and values handed to the app along with the notification.",
      "shape": {
        "type": "object"
      },
      "example": {
        "screen": "orders"
      }
    },
    "customDevice": {
      "key": "customDevice",
      "title": "Custom Device",
      "editor": "keyValue",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A device to add to the person first: token and platform.",
      "shape": {
        "type": "object"
      },
      "example": {
        "token": "f1a2b3",
        "platform": "ios"
      }
    },
    "customPayload": {
      "key": "customPayload",
      "title": "Custom Payload",
      "editor": "code",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Whole payloads for ios and android, instead of the template's.",
      "shape": {
        "type": "object"
      },
      "example": {
        "ios": {
          "aps": {
            "alert": "Hi"
          }
        }
      }
    },
    "broadcast": {
      "key": "broadcast",
      "title": "Broadcast",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the API-triggered broadcast, as at the end of its page's address.",
      "placeholder": "12",
      "dynamic": "broadcasts",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "12"
      }
    },
    "data": {
      "key": "data",
      "title": "Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Keys and values that fill the messages, as trigger. in Liquid; at most 50 kB.",
      "shape": {
        "type": "object"
      },
      "example": {
        "headline": "Summer sale"
      }
    },
    "recipients": {
      "key": "recipients",
      "title": "Recipients",
      "editor": "code",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "conditions",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A filter of people: and, or, not, segment or attribute.",
      "conditions": "attribute",
      "untyped": "json",
      "shape": {
        "type": "object"
      },
      "example": {
        "segment": {
          "id": 7
        }
      }
    },
    "emails": {
      "key": "emails",
      "title": "Emails",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "E-mail addresses of at most 10,000 people who exist already.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "string",
          "minLength": 1
        }
      },
      "itemTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "ada@example.com"
      ]
    },
    "ids@trigger-broadcast": {
      "key": "ids",
      "title": "IDs",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The ids of at most 10,000 people who exist already.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "x-maxBytes": 150
        }
      },
      "itemTypes": [
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "123"
      ]
    },
    "perUserData": {
      "key": "perUserData",
      "title": "Data Per Person",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "People by id or email, each with data of their own; at most 10,000.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "object"
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "id": "123",
          "data": {
            "voucher": "X1"
          }
        }
      ]
    },
    "dataFileUrl": {
      "key": "dataFileUrl",
      "title": "Data File URL",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Address of a file with one person and their data per line, as JSON.",
      "placeholder": "https://example.com/people.jsonl",
      "shape": {
        "type": "string",
        "maxLength": 5000
      }
    },
    "emailAddDuplicates": {
      "key": "emailAddDuplicates",
      "title": "Add Duplicates",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Sends to everyone who has the address, if there are several.",
      "shape": {
        "type": "boolean"
      }
    },
    "emailIgnoreMissing": {
      "key": "emailIgnoreMissing",
      "title": "Ignore Missing Emails",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Skips addresses that no person has; otherwise they fail the broadcast.",
      "shape": {
        "type": "boolean"
      }
    },
    "idIgnoreMissing": {
      "key": "idIgnoreMissing",
      "title": "Ignore Missing IDs",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Skips ids that no person has; otherwise they fail the broadcast.",
      "shape": {
        "type": "boolean"
      }
    },
    "wait": {
      "key": "wait",
      "title": "Wait",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Waits until Customer.io has processed the audience, and returns the errors.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "waitSeconds@trigger-broadcast": {
      "key": "waitSeconds",
      "title": "Wait Seconds",
      "editor": "number",
      "group": "delivery",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "How long to wait at most, in seconds; the broadcast continues.",
      "placeholder": "Default: 300",
      "default": 300,
      "minimum": 1,
      "maximum": 3600,
      "shape": {
        "type": "integer",
        "minimum": 1,
        "maximum": 3600
      }
    },
    "broadcast@get-broadcast": {
      "key": "broadcast",
      "title": "Broadcast",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the API-triggered broadcast.",
      "placeholder": "3",
      "dynamic": "broadcasts",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "channel@get-broadcast-metrics": {
      "key": "channel",
      "title": "Channel",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only messages of this channel.",
      "options": [
        {
          "value": "email",
          "label": "email"
        },
        {
          "value": "webhook",
          "label": "webhook"
        },
        {
          "value": "twilio",
          "label": "SMS"
        },
        {
          "value": "whatsapp",
          "label": "whatsapp"
        },
        {
          "value": "slack",
          "label": "slack"
        },
        {
          "value": "push",
          "label": "push"
        },
        {
          "value": "in_app",
          "label": "In-app"
        },
        {
          "value": "live_notification",
          "label": "live_notification"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "email",
          "webhook",
          "twilio",
          "whatsapp",
          "slack",
          "push",
          "in_app",
          "live_notification"
        ]
      }
    },
    "period": {
      "key": "period",
      "title": "Period",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Length of one step; days if empty.",
      "options": [
        {
          "value": "hours",
          "label": "hours"
        },
        {
          "value": "days",
          "label": "days"
        },
        {
          "value": "weeks",
          "label": "weeks"
        },
        {
          "value": "months",
          "label": "months"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "hours",
          "days",
          "weeks",
          "months"
        ]
      }
    },
    "steps": {
      "key": "steps",
      "title": "Steps",
      "editor": "number",
      "group": "main",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "How many periods back: at most 24 hours, 45 days, 12 weeks or 121 months; 1 counts two.",
      "minimum": 1,
      "maximum": 121,
      "shape": {
        "type": "integer",
        "minimum": 1,
        "maximum": 121
      }
    },
    "links": {
      "key": "links",
      "title": "Links",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Counts clicks by link, instead of messages.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "unique": {
      "key": "unique",
      "title": "Unique",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "With Links: counts each person once per link.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "trigger": {
      "key": "trigger",
      "title": "Trigger",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the trigger, as Trigger Broadcast returned it.",
      "placeholder": "5",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "5"
      }
    },
    "broadcast@list-broadcast-messages": {
      "key": "broadcast",
      "title": "Broadcast",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the API-triggered broadcast.",
      "placeholder": "12",
      "dynamic": "broadcasts",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "12"
      }
    },
    "metric": {
      "key": "metric",
      "title": "Metric",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only messages that reached this step.",
      "options": [
        {
          "value": "attempted",
          "label": "attempted"
        },
        {
          "value": "sent",
          "label": "sent"
        },
        {
          "value": "delivered",
          "label": "delivered"
        },
        {
          "value": "opened",
          "label": "opened"
        },
        {
          "value": "clicked",
          "label": "clicked"
        },
        {
          "value": "converted",
          "label": "converted"
        },
        {
          "value": "bounced",
          "label": "bounced"
        },
        {
          "value": "spammed",
          "label": "spammed"
        },
        {
          "value": "unsubscribed",
          "label": "unsubscribed"
        },
        {
          "value": "dropped",
          "label": "dropped"
        },
        {
          "value": "failed",
          "label": "failed"
        },
        {
          "value": "undeliverable",
          "label": "undeliverable"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "attempted",
          "sent",
          "delivered",
          "opened",
          "clicked",
          "converted",
          "bounced",
          "spammed",
          "unsubscribed",
          "dropped",
          "failed",
          "undeliverable"
        ]
      }
    },
    "startTime": {
      "key": "startTime",
      "title": "Start Time",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only messages since then; empty is six months ago. ISO 8601 or Unix time.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "endTime": {
      "key": "endTime",
      "title": "End Time",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only messages until then; empty is now. ISO 8601 or Unix time.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "trackedResponses": {
      "key": "trackedResponses",
      "title": "Tracked Responses",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Adds which answers people chose in in-app surveys.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "campaign": {
      "key": "campaign",
      "title": "Campaign",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the campaign (automation); else give a Broadcast.",
      "placeholder": "3",
      "dynamic": "campaigns",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "broadcast@get-action-metrics": {
      "key": "broadcast",
      "title": "Broadcast",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the API-triggered broadcast, instead of a Campaign.",
      "placeholder": "12",
      "dynamic": "broadcasts",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "12"
      }
    },
    "action": {
      "key": "action",
      "title": "Action",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the action in the workflow.",
      "placeholder": "42",
      "dynamic": "actions",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "42"
      }
    },
    "timeZone": {
      "key": "timeZone",
      "title": "Time Zone",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Campaigns: time zone of the days in a time window, such as Europe/Vienna.",
      "placeholder": "Europe/Vienna",
      "shape": {
        "type": "string",
        "maxLength": 100
      }
    },
    "startTime@get-action-metrics": {
      "key": "startTime",
      "title": "Start Time",
      "editor": "time",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Campaigns: start of a time window; empty goes by Period and Steps. ISO 8601 or Unix time.",
      "placeholder": "2026-01-01T00:00:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "endTime@get-action-metrics": {
      "key": "endTime",
      "title": "End Time",
      "editor": "time",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Campaigns: end of the time window; empty is now. ISO 8601 or Unix time.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "resolution": {
      "key": "resolution",
      "title": "Resolution",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Campaigns: length of one step of the time window; daily if empty.",
      "options": [
        {
          "value": "hourly",
          "label": "hourly"
        },
        {
          "value": "daily",
          "label": "daily"
        },
        {
          "value": "weekly",
          "label": "weekly"
        },
        {
          "value": "monthly",
          "label": "monthly"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "hourly",
          "daily",
          "weekly",
          "monthly"
        ]
      }
    },
    "campaign@get-campaign": {
      "key": "campaign",
      "title": "Campaign",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the campaign (automation).",
      "placeholder": "3",
      "dynamic": "campaigns",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "startTime@get-campaign-funnel": {
      "key": "startTime",
      "title": "Start Time",
      "editor": "time",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Start of the time window; empty is 45 days before its end. ISO 8601 or Unix time.",
      "placeholder": "2026-01-01T00:00:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "endTime@get-campaign-funnel": {
      "key": "endTime",
      "title": "End Time",
      "editor": "time",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "End of the time window; empty is now. ISO 8601 or Unix time.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "resolution@get-campaign-funnel": {
      "key": "resolution",
      "title": "Resolution",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What one step of the time window is long; daily if empty.",
      "options": [
        {
          "value": "hourly",
          "label": "hourly"
        },
        {
          "value": "daily",
          "label": "daily"
        },
        {
          "value": "weekly",
          "label": "weekly"
        },
        {
          "value": "monthly",
          "label": "monthly"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "hourly",
          "daily",
          "weekly",
          "monthly"
        ]
      }
    },
    "timeZone@get-campaign-metrics": {
      "key": "timeZone",
      "title": "Time Zone",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Time zone of the days in a time window, such as Europe/Vienna.",
      "placeholder": "Europe/Vienna",
      "shape": {
        "type": "string",
        "maxLength": 100
      }
    },
    "startTime@get-campaign-metrics": {
      "key": "startTime",
      "title": "Start Time",
      "editor": "time",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Start of a time window; empty goes by Period and Steps, or 45 days back. ISO 8601 or Unix time.",
      "placeholder": "2026-01-01T00:00:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "action@list-campaign-actions": {
      "key": "action",
      "title": "Action",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only this action, by its number.",
      "placeholder": "42",
      "dynamic": "actions",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "42"
      }
    },
    "language@list-campaign-actions": {
      "key": "language",
      "title": "Language",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "With Action: its translation of this language.",
      "placeholder": "de",
      "dynamic": "languages",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 35
      }
    },
    "drafts": {
      "key": "drafts",
      "title": "Drafts",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Lists drafts instead of sent messages.",
      "shape": {
        "type": "boolean"
      }
    },
    "language@update-campaign-message": {
      "key": "language",
      "title": "Language",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The translation to change; empty is the usual text.",
      "placeholder": "de",
      "dynamic": "languages",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 35
      }
    },
    "recipient": {
      "key": "recipient",
      "title": "Recipient",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Who gets it, as Liquid such as {{customer.email}}.",
      "placeholder": "{{customer.email}}",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "sendingState": {
      "key": "sendingState",
      "title": "Sending State",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Whether it goes out: automatic, draft (waits for somebody) or off.",
      "options": [
        {
          "value": "automatic",
          "label": "automatic"
        },
        {
          "value": "draft",
          "label": "draft"
        },
        {
          "value": "off",
          "label": "off"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "automatic",
          "draft",
          "off"
        ]
      }
    },
    "url@update-campaign-message": {
      "key": "url",
      "title": "URL",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Webhooks: the address to call.",
      "placeholder": "https://example.com/hook",
      "shape": {
        "type": "string",
        "maxLength": 2000
      }
    },
    "method": {
      "key": "method",
      "title": "Method",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Webhooks: the HTTP method to use.",
      "options": [
        {
          "value": "get",
          "label": "get"
        },
        {
          "value": "post",
          "label": "post"
        },
        {
          "value": "put",
          "label": "put"
        },
        {
          "value": "patch",
          "label": "patch"
        },
        {
          "value": "delete",
          "label": "delete"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "get",
          "post",
          "put",
          "patch",
          "delete"
        ]
      }
    },
    "subject@update-campaign-message": {
      "key": "subject",
      "title": "Subject",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Subject of an e-mail, or title of a push notification; Liquid is filled in.",
      "placeholder": "Nouvelles de janvier",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "body@update-campaign-message": {
      "key": "body",
      "title": "Body",
      "editor": "code",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "HTML of an e-mail, or text of another channel; Liquid is filled in.",
      "placeholder": "<h1>Bonjour</h1>",
      "untyped": "json",
      "shape": {
        "type": "string",
        "maxLength": 1000000
      }
    },
    "bodyAmp@update-campaign-message": {
      "key": "bodyAmp",
      "title": "AMP Body",
      "editor": "code",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The e-mail's AMP for Email.",
      "placeholder": "<html amp4email></html>",
      "untyped": "json",
      "shape": {
        "type": "string",
        "maxLength": 1000000
      }
    },
    "preheader@update-campaign-message": {
      "key": "preheader",
      "title": "Preheader",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Text that inboxes show beside the subject.",
      "placeholder": "Quoi de neuf",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "from@update-campaign-message": {
      "key": "from",
      "title": "From",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the sender that it comes from.",
      "placeholder": "1",
      "dynamic": "senders",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "1"
      }
    },
    "replyTo@update-campaign-message": {
      "key": "replyTo",
      "title": "Reply To",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the sender that answers go to.",
      "placeholder": "2",
      "dynamic": "senders",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "2"
      }
    },
    "headers@update-campaign-message": {
      "key": "headers",
      "title": "Headers",
      "editor": "list",
      "group": "advanced",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Mail headers: a list of name and value.",
      "shape": {
        "type": "array",
        "items": {
          "type": "object",
          "required": [
            "name",
            "value"
          ]
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "name": "X-Campaign",
          "value": "january"
        }
      ]
    },
    "collection": {
      "key": "collection",
      "title": "Collection",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number or name of the collection; digits alone are its number.",
      "placeholder": "3",
      "dynamic": "collections",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "maxLength": 1000
      }
    },
    "content": {
      "key": "content",
      "title": "Content",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Reads all rows of the collection, too.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "name@set-snippet": {
      "key": "name",
      "title": "Name",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The snippet's name, as messages call it.",
      "placeholder": "address",
      "dynamic": "snippets",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 150
      }
    },
    "value@set-snippet": {
      "key": "value",
      "title": "Value",
      "editor": "code",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Text, HTML or Liquid, up to 16,000 characters; other snippets cannot be used in it.",
      "placeholder": "<b>Acme</b>, Vienna",
      "untyped": "json",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 16000
      }
    },
    "rows": {
      "key": "rows",
      "title": "Rows",
      "editor": "code",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The new rows, objects of up to 10 kB; all others are gone afterwards.",
      "shape": {
        "type": "array",
        "items": {
          "type": "object"
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "event": "Spring sale",
          "starts": 1772323200
        }
      ]
    },
    "url@update-collection": {
      "key": "url",
      "title": "URL",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Address of a CSV or JSON file, instead of rows; Customer.io fetches it.",
      "placeholder": "https://example.com/events.csv",
      "shape": {
        "type": "string",
        "maxLength": 2000,
        "pattern": "^https?://[^\\s]+$(?!\\n)",
        "example": "https://example.com/events.csv"
      }
    },
    "createIfMissing": {
      "key": "createIfMissing",
      "title": "Create If Missing",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Creates the collection when there is none of that name.",
      "placeholder": "Default: True",
      "default": true,
      "shape": {
        "type": "boolean"
      }
    },
    "instanceId": {
      "key": "instanceId",
      "title": "Instance ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What starting the live notification returned.",
      "placeholder": "01J9Z3N5M7Q8R2S4T6V8W0X1Y3",
      "shape": {
        "type": "string",
        "minLength": 26,
        "maxLength": 26
      }
    },
    "messageId": {
      "key": "messageId",
      "title": "Message ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Delivery ID of the message, as a list of messages or a webhook names it.",
      "placeholder": "RPILAgUBcRhIBqSfeiIwdIYJKxTY",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500
      }
    },
    "archived": {
      "key": "archived",
      "title": "Archived",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Reads the stored content: sender, subject, headers and body.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "trackedResponses@get-message": {
      "key": "trackedResponses",
      "title": "Tracked Responses",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Adds which answers the person chose in an in-app survey.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "message@get-transactional-content": {
      "key": "message",
      "title": "Transactional Message",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the transactional message.",
      "placeholder": "3",
      "dynamic": "transactional-messages",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "content@get-transactional-content": {
      "key": "content",
      "title": "Content",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only the variant with this number.",
      "placeholder": "3",
      "dynamic": "transactional-contents",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "language@get-transactional-content": {
      "key": "language",
      "title": "Language",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only the translation of this language.",
      "placeholder": "de",
      "dynamic": "languages",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 35
      }
    },
    "campaign@list-messages": {
      "key": "campaign",
      "title": "Campaign",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only messages of the campaign with this number.",
      "placeholder": "3",
      "dynamic": "campaigns",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "newsletter": {
      "key": "newsletter",
      "title": "Newsletter",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only messages of the newsletter with this number.",
      "placeholder": "5",
      "dynamic": "newsletters",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "5"
      }
    },
    "action@list-messages": {
      "key": "action",
      "title": "Action",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only messages of this action in a campaign's workflow.",
      "placeholder": "42",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "42"
      }
    },
    "sender": {
      "key": "sender",
      "title": "Sender",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only this sender, with what uses it.",
      "placeholder": "1",
      "dynamic": "senders",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "1"
      }
    },
    "sort": {
      "key": "sort",
      "title": "Sort",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Order by age: asc or desc.",
      "options": [
        {
          "value": "asc",
          "label": "asc"
        },
        {
          "value": "desc",
          "label": "desc"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "asc",
          "desc"
        ]
      }
    },
    "hidden": {
      "key": "hidden",
      "title": "Hidden",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Lists the hidden ones instead of those shown.",
      "shape": {
        "type": "boolean"
      }
    },
    "id@live-notification": {
      "key": "id",
      "title": "ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "To start: whom it is for, an id, an e-mail address or cio_ and the cio_id.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "operation": {
      "key": "operation",
      "title": "Operation",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What is to happen to the notification.",
      "options": [
        {
          "value": "start",
          "label": "Start"
        },
        {
          "value": "update",
          "label": "Update"
        },
        {
          "value": "end",
          "label": "End"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "start",
          "update",
          "end"
        ]
      }
    },
    "instanceId@live-notification": {
      "key": "instanceId",
      "title": "Instance ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "To update and end: what starting it returned.",
      "placeholder": "01J9Z3N5M7Q8R2S4T6V8W0X1Y3",
      "shape": {
        "type": "string",
        "minLength": 26,
        "maxLength": 26
      }
    },
    "notificationType": {
      "key": "notificationType",
      "title": "Notification Type",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "To start: the type that your app registered.",
      "placeholder": "io.customer.livenotifications.segments",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "attributes": {
      "key": "attributes",
      "title": "Attributes",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Fields that stay; needed to start.",
      "shape": {
        "type": "object"
      },
      "example": {
        "header": "Order 7"
      }
    },
    "contentState": {
      "key": "contentState",
      "title": "Content State",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Fields that change, all of them each time; needed to start and update.",
      "shape": {
        "type": "object"
      },
      "example": {
        "status": "On its way",
        "segmentsTotal": 4,
        "segmentsComplete": 2
      }
    },
    "alert": {
      "key": "alert",
      "title": "Alert",
      "editor": "code",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Title, body and, optionally, sound; iOS needs it to start.",
      "shape": {
        "type": "object",
        "required": [
          "title",
          "body"
        ]
      },
      "example": {
        "title": "Order 7",
        "body": "On its way"
      }
    },
    "deepLink": {
      "key": "deepLink",
      "title": "Deep Link",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The link that opens when the person taps it.",
      "placeholder": "myapp://orders/7",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000
      }
    },
    "deviceId": {
      "key": "deviceId",
      "title": "Device ID",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "To start: token of the one device.",
      "placeholder": "device-token",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000
      }
    },
    "platform@live-notification": {
      "key": "platform",
      "title": "Platform",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "To start: the device's platform, ios or android.",
      "options": [
        {
          "value": "ios",
          "label": "iOS"
        },
        {
          "value": "android",
          "label": "Android"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "ios",
          "android"
        ]
      }
    },
    "appIdentifier": {
      "key": "appIdentifier",
      "title": "App Identifier",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "To start, with several apps: bundle ID or package name.",
      "placeholder": "com.example.app",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "expiration": {
      "key": "expiration",
      "title": "Expiration",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "To start: when it ends by itself, at most six hours ahead.",
      "placeholder": "2026-01-31T10:30:00+01:00",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "deliveryId": {
      "key": "deliveryId",
      "title": "Delivery ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The message's ID, from a webhook, a push payload or a {{delivery_id}} in the message.",
      "placeholder": "RPILAgUBcRhIBqSfeiIwdIYJKxTY",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 1000
      }
    },
    "metric@report-delivery-metric": {
      "key": "metric",
      "title": "Metric",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What happened to the message; push knows only opened, converted and delivered.",
      "options": [
        {
          "value": "bounced",
          "label": "bounced"
        },
        {
          "value": "clicked",
          "label": "clicked"
        },
        {
          "value": "converted",
          "label": "converted"
        },
        {
          "value": "deferred",
          "label": "deferred"
        },
        {
          "value": "delivered",
          "label": "delivered"
        },
        {
          "value": "dropped",
          "label": "dropped"
        },
        {
          "value": "opened",
          "label": "opened"
        },
        {
          "value": "spammed",
          "label": "spammed"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "bounced",
          "clicked",
          "converted",
          "deferred",
          "delivered",
          "dropped",
          "opened",
          "spammed"
        ]
      }
    },
    "timestamp@report-delivery-metric": {
      "key": "timestamp",
      "title": "Timestamp",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When it happened, such as 2026-01-31T09:30:00Z. Empty means now.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "recipient@report-delivery-metric": {
      "key": "recipient",
      "title": "Recipient",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Recipient: an e-mail address, or the device token of a push message.",
      "placeholder": "ada@example.com",
      "shape": {
        "type": "string"
      }
    },
    "reason": {
      "key": "reason",
      "title": "Reason",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Why it bounced, was deferred or dropped, as the provider says.",
      "placeholder": "mailbox full",
      "shape": {
        "type": "string"
      }
    },
    "href": {
      "key": "href",
      "title": "Link",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The address that was clicked, for the metric clicked.",
      "placeholder": "https://www.example.com/pricing",
      "shape": {
        "type": "string"
      }
    },
    "channel@send-and-wait": {
      "key": "channel",
      "title": "Channel",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "How the message goes out.",
      "default": "email",
      "options": [
        {
          "value": "email",
          "label": "E-mail"
        },
        {
          "value": "push",
          "label": "Push"
        },
        {
          "value": "sms",
          "label": "SMS"
        },
        {
          "value": "whatsapp",
          "label": "WhatsApp"
        },
        {
          "value": "in_app",
          "label": "In-app message"
        },
        {
          "value": "inbox_message",
          "label": "Inbox message"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "email",
          "push",
          "sms",
          "whatsapp",
          "in_app",
          "inbox_message"
        ]
      }
    },
    "to@send-and-wait": {
      "key": "to",
      "title": "To",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "E-mail address (needed for e-mail), phone number, or device token; not for in-app messages.",
      "placeholder": "ada@example.com",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "waitFor@send-and-wait": {
      "key": "waitFor",
      "title": "Wait For",
      "editor": "choice",
      "group": "delivery",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The state that the delivery has to reach before the action completes.",
      "default": "delivered",
      "options": [
        {
          "value": "sent",
          "label": "sent"
        },
        {
          "value": "delivered",
          "label": "delivered"
        },
        {
          "value": "opened",
          "label": "opened"
        },
        {
          "value": "clicked",
          "label": "clicked"
        },
        {
          "value": "converted",
          "label": "converted"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "sent",
          "delivered",
          "opened",
          "clicked",
          "converted"
        ]
      }
    },
    "waitFor@send-in-app": {
      "key": "waitFor",
      "title": "Wait For",
      "editor": "choice",
      "group": "delivery",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Waits until the message has reached this state; empty does not wait.",
      "options": [
        {
          "value": "sent",
          "label": "sent"
        },
        {
          "value": "opened",
          "label": "opened"
        },
        {
          "value": "clicked",
          "label": "clicked"
        },
        {
          "value": "converted",
          "label": "converted"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "sent",
          "opened",
          "clicked",
          "converted"
        ]
      }
    },
    "to@send-sms": {
      "key": "to",
      "title": "To",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Phone number with plus and country code; empty takes the template's.",
      "placeholder": "+43123456789",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "from@send-sms": {
      "key": "from",
      "title": "From",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number or sender to send from; empty takes the template's.",
      "placeholder": "+43198765432",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "tracked@send-sms": {
      "key": "tracked",
      "title": "Tracked",
      "editor": "checkbox",
      "group": "delivery",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Shortens links to count clicks; on if empty.",
      "shape": {
        "type": "boolean"
      }
    },
    "form": {
      "key": "form",
      "title": "Form",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Your ID of the form, such as newsletter-footer.",
      "placeholder": "newsletter-footer",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "data@submit-form": {
      "key": "data",
      "title": "Data",
      "editor": "keyValue",
      "group": "main",
      "required": true,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The form's fields; every value is sent as text. Must name the person unless ID or Email does.",
      "shape": {
        "type": "object",
        "members": {
          "type": [
            "string",
            "number",
            "boolean"
          ]
        }
      },
      "example": {
        "email": "ada@example.com",
        "first_name": "Ada"
      }
    },
    "email@submit-form": {
      "key": "email",
      "title": "Email",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The person's e-mail address, if it is not among the fields; not together with ID.",
      "placeholder": "ada@example.com",
      "shape": {
        "type": "string",
        "x-maxBytes": 1000
      }
    },
    "id@submit-form": {
      "key": "id",
      "title": "ID",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The person's id, if it is not among the fields; not together with Email.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "x-maxBytes": 150
      }
    },
    "content@update-transactional-content": {
      "key": "content",
      "title": "Content",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the variant, as Get Transactional Content lists it.",
      "placeholder": "3",
      "dynamic": "transactional-contents",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "language@update-transactional-content": {
      "key": "language",
      "title": "Language",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Language tag of the translation, instead of Content, such as de.",
      "placeholder": "de",
      "dynamic": "languages",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 35
      }
    },
    "name@create-newsletter": {
      "key": "name",
      "title": "Name",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What it is called in Customer.io.",
      "placeholder": "January news",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 190
      }
    },
    "channel@create-newsletter": {
      "key": "channel",
      "title": "Channel",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "How it is sent: email, twilio (SMS), push, in_app, inbox or webhook.",
      "options": [
        {
          "value": "email",
          "label": "E-mail"
        },
        {
          "value": "twilio",
          "label": "SMS"
        },
        {
          "value": "push",
          "label": "Push notification"
        },
        {
          "value": "in_app",
          "label": "In-app"
        },
        {
          "value": "inbox",
          "label": "Inbox message"
        },
        {
          "value": "webhook",
          "label": "Webhook"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "email",
          "twilio",
          "push",
          "in_app",
          "inbox",
          "webhook"
        ]
      }
    },
    "segments": {
      "key": "segments",
      "title": "Segments",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Numbers of segments: everyone in one of them gets it.",
      "dynamic": "segments",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "pattern": "^[0-9]+$(?!\\n)"
        }
      },
      "itemTypes": [
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "7"
      ]
    },
    "exceptSegments": {
      "key": "exceptSegments",
      "title": "Except Segments",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Numbers of segments: nobody in one of them gets it.",
      "dynamic": "segments",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "pattern": "^[0-9]+$(?!\\n)"
        }
      },
      "itemTypes": [
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "9"
      ]
    },
    "recipients@create-newsletter": {
      "key": "recipients",
      "title": "Recipients",
      "editor": "code",
      "group": "advanced",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Who gets it as Customer.io's own filter, instead of the segments: {\"and\":[{\"or\":[{\"segment\":{\"id\":7}}]}]}.",
      "shape": {
        "type": "object"
      },
      "example": {
        "and": [
          {
            "or": [
              {
                "segment": {
                  "id": 7
                }
              }
            ]
          },
          {
            "attribute": {
              "field": "plan",
              "operator": "eq",
              "value": "trial",
              "inverse": true
            }
          }
        ]
      }
    },
    "subject@create-newsletter": {
      "key": "subject",
      "title": "Subject",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Subject of an e-mail, or title of a push notification; Liquid is filled in.",
      "placeholder": "What is new, {{customer.first_name}}",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "body@create-newsletter": {
      "key": "body",
      "title": "Body",
      "editor": "code",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "HTML of an e-mail, text of SMS and push, or what a webhook posts.",
      "placeholder": "<h1>New this month</h1>",
      "untyped": "json",
      "shape": {
        "type": "string",
        "maxLength": 1000000
      }
    },
    "bodyPlain@create-newsletter": {
      "key": "bodyPlain",
      "title": "Plain Body",
      "editor": "code",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The e-mail's text without HTML; empty is made from Body.",
      "placeholder": "New this month",
      "untyped": "json",
      "shape": {
        "type": "string",
        "maxLength": 1000000
      }
    },
    "preheader@create-newsletter": {
      "key": "preheader",
      "title": "Preheader",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Text that inboxes show beside the subject.",
      "placeholder": "Our features of January",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "content@create-newsletter": {
      "key": "content",
      "title": "Content",
      "editor": "code",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "In-app and inbox messages: the message as Customer.io's own JSON, such as display and carta_content.",
      "shape": {
        "type": "object"
      },
      "example": {
        "properties": {
          "title": "Welcome"
        }
      }
    },
    "url@create-newsletter": {
      "key": "url",
      "title": "URL",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Webhooks: the address to call.",
      "placeholder": "https://example.com/hook",
      "shape": {
        "type": "string",
        "maxLength": 2000
      }
    },
    "method@create-newsletter": {
      "key": "method",
      "title": "Method",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Webhooks: the HTTP method; POST if empty.",
      "options": [
        {
          "value": "GET",
          "label": "GET"
        },
        {
          "value": "POST",
          "label": "POST"
        },
        {
          "value": "PUT",
          "label": "PUT"
        },
        {
          "value": "PATCH",
          "label": "PATCH"
        },
        {
          "value": "DELETE",
          "label": "DELETE"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "GET",
          "POST",
          "PUT",
          "PATCH",
          "DELETE"
        ]
      }
    },
    "from@create-newsletter": {
      "key": "from",
      "title": "From",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the sender that e-mails come from; empty is the oldest.",
      "placeholder": "1",
      "dynamic": "senders",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "1"
      }
    },
    "layout": {
      "key": "layout",
      "title": "Layout",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the e-mail's layout; empty is the usual one.",
      "placeholder": "1",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "1"
      }
    },
    "topic": {
      "key": "topic",
      "title": "Topic",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the subscription topic; required where the workspace has a subscription centre.",
      "placeholder": "1",
      "dynamic": "subscription-topic-numbers",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "1"
      }
    },
    "sendNow": {
      "key": "sendNow",
      "title": "Send Now",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Sends it at once; otherwise it stays a draft.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "scheduledAt": {
      "key": "scheduledAt",
      "title": "Scheduled At",
      "editor": "time",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When to send it. ISO 8601 or Unix time; must be in the future.",
      "placeholder": "2099-02-28T09:00:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "rate": {
      "key": "rate",
      "title": "Rate",
      "editor": "number",
      "group": "advanced",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Most messages per Rate Period; empty means as fast as possible.",
      "minimum": 1,
      "maximum": 100000000,
      "shape": {
        "type": "integer",
        "minimum": 1,
        "maximum": 100000000
      }
    },
    "ratePeriod": {
      "key": "ratePeriod",
      "title": "Rate Period",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the Rate counts in.",
      "options": [
        {
          "value": "minute",
          "label": "minute"
        },
        {
          "value": "hour",
          "label": "hour"
        },
        {
          "value": "day",
          "label": "day"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "minute",
          "hour",
          "day"
        ]
      }
    },
    "rateSpread": {
      "key": "rateSpread",
      "title": "Rate Spread",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Spreads the messages evenly over each Rate Period.",
      "shape": {
        "type": "boolean"
      }
    },
    "newsletter@get-newsletter": {
      "key": "newsletter",
      "title": "Newsletter",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the newsletter (one-time send).",
      "placeholder": "3",
      "dynamic": "newsletters",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "include@get-newsletter": {
      "key": "include",
      "title": "Include",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What to look up, too: contents (every variant and language) or testGroups (of an A/B test).",
      "placeholder": "Default: []",
      "default": [],
      "shape": {
        "type": "array",
        "items": {
          "type": "string",
          "enum": [
            "contents",
            "testGroups"
          ]
        }
      },
      "itemTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "contents",
        "testGroups"
      ]
    },
    "content@get-newsletter": {
      "key": "content",
      "title": "Content",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only this variant, as contents.",
      "placeholder": "3",
      "dynamic": "newsletter-contents",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "language@get-newsletter": {
      "key": "language",
      "title": "Language",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only the translation of this language, as contents.",
      "placeholder": "de",
      "dynamic": "languages",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 35
      }
    },
    "testGroup": {
      "key": "testGroup",
      "title": "Test Group",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "With Language: the group of the A/B test.",
      "placeholder": "1",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100
      }
    },
    "content@get-newsletter-metrics": {
      "key": "content",
      "title": "Content",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only this variant, of a language or A/B test.",
      "placeholder": "3",
      "dynamic": "newsletter-contents",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "channel@get-newsletter-metrics": {
      "key": "channel",
      "title": "Channel",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only messages of this channel.",
      "options": [
        {
          "value": "email",
          "label": "email"
        },
        {
          "value": "webhook",
          "label": "webhook"
        },
        {
          "value": "twilio",
          "label": "SMS"
        },
        {
          "value": "push",
          "label": "push"
        },
        {
          "value": "in_app",
          "label": "In-app"
        },
        {
          "value": "inbox",
          "label": "Inbox message"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "email",
          "webhook",
          "twilio",
          "push",
          "in_app",
          "inbox"
        ]
      }
    },
    "sort@list-newsletters": {
      "key": "sort",
      "title": "Sort",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "In which order of creation they come; empty leaves it to Customer.io.",
      "options": [
        {
          "value": "asc",
          "label": "Oldest first"
        },
        {
          "value": "desc",
          "label": "Newest first"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "asc",
          "desc"
        ]
      }
    },
    "scheduledAt@schedule-newsletter": {
      "key": "scheduledAt",
      "title": "Scheduled At",
      "editor": "time",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When to send it; left out with Unschedule. ISO 8601 or Unix time.",
      "placeholder": "2099-02-28T09:00:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "timeZone@schedule-newsletter": {
      "key": "timeZone",
      "title": "Time Zone",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "In which Customer.io shows the time, such as Europe/Vienna.",
      "placeholder": "Default: UTC",
      "default": "UTC",
      "shape": {
        "type": "string",
        "maxLength": 100
      }
    },
    "localTime": {
      "key": "localTime",
      "title": "Local Time",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Sends at that time of day in each person's own time zone.",
      "shape": {
        "type": "boolean"
      }
    },
    "unschedule": {
      "key": "unschedule",
      "title": "Unschedule",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Takes the time away: it is a draft again.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "content@update-newsletter-content": {
      "key": "content",
      "title": "Content",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the variant, from content_ids of the newsletter.",
      "placeholder": "3",
      "dynamic": "newsletter-contents",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "add": {
      "key": "add",
      "title": "Add Language",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Adds the language, which is not there yet, instead of changing it.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "bodyPlain@update-newsletter-content": {
      "key": "bodyPlain",
      "title": "Plain Body",
      "editor": "code",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "With Add Language: the e-mail's text without HTML.",
      "placeholder": "Bonjour",
      "untyped": "json",
      "shape": {
        "type": "string",
        "maxLength": 1000000
      }
    },
    "segment": {
      "key": "segment",
      "title": "Segment",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number or name of the manual segment; digits alone are its number, and a name needs the App API key.",
      "placeholder": "7",
      "dynamic": "manual-segments",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "maxLength": 1000
      }
    },
    "ids@add-to-segment": {
      "key": "ids",
      "title": "IDs",
      "editor": "list",
      "group": "main",
      "required": true,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The people's identifiers, any number of them; all of one ID Type.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "x-maxBytes": 150
        }
      },
      "itemTypes": [
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "exampleCustomerId",
        "anotherCustomerId"
      ]
    },
    "idType@add-to-segment": {
      "key": "idType",
      "title": "ID Type",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What kind of identifier the IDs are; Customer.io skips those of another kind.",
      "default": "id",
      "options": [
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "cio_id",
          "label": "cio_id"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "id",
          "email",
          "cio_id"
        ]
      }
    },
    "createIfMissing@add-to-segment": {
      "key": "createIfMissing",
      "title": "Create If Missing",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Creates the manual segment when there is none of that name.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "segment@count-segment": {
      "key": "segment",
      "title": "Segment",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number or name of the segment; digits alone are its number.",
      "placeholder": "7",
      "dynamic": "segments",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "maxLength": 1000
      }
    },
    "name@create-segment": {
      "key": "name",
      "title": "Name",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the segment is to be called, such as newsletter.",
      "placeholder": "newsletter",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 1000
      }
    },
    "description": {
      "key": "description",
      "title": "Description",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the segment is for, shown beside its name.",
      "placeholder": "Subscribers of the newsletter",
      "shape": {
        "type": "string",
        "maxLength": 10000
      }
    },
    "objectTypeId": {
      "key": "objectTypeId",
      "title": "Object Type ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the object type, such as 1.",
      "placeholder": "1",
      "dynamic": "object-types",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "x-maxBytes": 150,
        "example": "1"
      }
    },
    "objectId": {
      "key": "objectId",
      "title": "Object ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The object's ID within its type, such as acme.",
      "placeholder": "acme",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "objectIdType": {
      "key": "objectIdType",
      "title": "Object ID Type",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the Object ID is: the one of yours, or the cio_object_id that Customer.io gave it.",
      "default": "object_id",
      "options": [
        {
          "value": "object_id",
          "label": "object_id"
        },
        {
          "value": "cio_object_id",
          "label": "cio_object_id"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "object_id",
          "cio_object_id"
        ]
      }
    },
    "objectData": {
      "key": "objectData",
      "title": "Object Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Attributes as keys and values; a value is a text, number, boolean, null, list or object.",
      "shape": {
        "type": "object",
        "x-maxBytes": 100000
      },
      "example": {
        "name": "Acme",
        "seats": 50
      }
    },
    "relationships@identify-object": {
      "key": "relationships",
      "title": "Relationships",
      "editor": "list",
      "group": "advanced",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "People to relate the object to: id, and optionally idType and attributes of the relationship.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "object",
          "required": [
            "id"
          ]
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "id": "123",
          "attributes": {
            "role": "admin"
          }
        }
      ]
    },
    "createdAt@identify-object": {
      "key": "createdAt",
      "title": "Created At",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "When the object was created, such as 2026-01-31T09:30:00Z; sent as created_at in Unix seconds.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "id@add-relationships": {
      "key": "id",
      "title": "ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Start from this person and fill Objects: an id, an e-mail address or cio_ and the cio_id.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "objectTypeId@add-relationships": {
      "key": "objectTypeId",
      "title": "Object Type ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Start from an object and fill People: number of the object type, such as 1.",
      "placeholder": "1",
      "dynamic": "object-types",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "x-maxBytes": 150,
        "example": "1"
      }
    },
    "objectId@add-relationships": {
      "key": "objectId",
      "title": "Object ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The object's ID within its type, such as acme.",
      "placeholder": "acme",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "objects": {
      "key": "objects",
      "title": "Objects",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Objects of the person with this ID: objectTypeId, objectId and, optionally, objectIdType and attributes of the relationship.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "object",
          "required": [
            "objectTypeId",
            "objectId"
          ]
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "objectTypeId": "1",
          "objectId": "acme",
          "attributes": {
            "role": "admin"
          }
        }
      ]
    },
    "people": {
      "key": "people",
      "title": "People",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "People of the object: id, and optionally idType and attributes of the relationship.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "object",
          "required": [
            "id"
          ]
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "id": "123",
          "attributes": {
            "role": "admin"
          }
        }
      ]
    },
    "relationships@get-object": {
      "key": "relationships",
      "title": "Relationships",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Lists all people of the object, too.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "id@list-relationships": {
      "key": "id",
      "title": "ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "List this person's objects: an id, an e-mail address or cio_ and the cio_id.",
      "placeholder": "exampleCustomerId",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "x-maxBytes": 150
      }
    },
    "objectTypeId@list-relationships": {
      "key": "objectTypeId",
      "title": "Object Type ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "List an object's people: number of its type.",
      "placeholder": "1",
      "dynamic": "object-types",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "x-maxBytes": 150,
        "example": "1"
      }
    },
    "objectTypeId@search-objects": {
      "key": "objectTypeId",
      "title": "Object Type ID",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the object type, as Customer.io shows it under Objects, such as 1.",
      "placeholder": "1",
      "dynamic": "object-types",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "1"
      }
    },
    "filter@search-objects": {
      "key": "filter",
      "title": "Filter",
      "editor": "code",
      "group": "main",
      "required": true,
      "types": [
        "object"
      ],
      "valueTypes": [
        "conditions",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "One of and, or, not and object_attribute, which names field, operator, value and type_id.",
      "conditions": "object_attribute",
      "untyped": "json",
      "shape": {
        "type": "object"
      },
      "example": {
        "object_attribute": {
          "field": "plan",
          "operator": "eq",
          "value": "pro",
          "type_id": "1"
        }
      }
    },
    "operations": {
      "key": "operations",
      "title": "Operations",
      "editor": "list",
      "group": "main",
      "required": true,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Each is Customer.io's own (type, action, identifiers …) or one of our actions: {action, input}.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "object"
        }
      },
      "itemTypes": [
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        {
          "type": "person",
          "action": "identify",
          "identifiers": {
            "id": "123"
          },
          "attributes": {
            "plan": "pro"
          }
        },
        {
          "action": "track",
          "input": {
            "id": "123",
            "eventName": "signed_up"
          }
        }
      ]
    },
    "url@raw-request": {
      "key": "url",
      "title": "URL",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Path only, such as /v1/accounts/region; the API's base, such as https://track.customer.io/api, is added for you.",
      "placeholder": "/v1/accounts/region",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 8000
      }
    },
    "method@raw-request": {
      "key": "method",
      "title": "Method",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The HTTP method of the request.",
      "options": [
        {
          "value": "GET",
          "label": "GET"
        },
        {
          "value": "POST",
          "label": "POST"
        },
        {
          "value": "PUT",
          "label": "PUT"
        },
        {
          "value": "PATCH",
          "label": "PATCH"
        },
        {
          "value": "DELETE",
          "label": "DELETE"
        },
        {
          "value": "HEAD",
          "label": "HEAD"
        },
        {
          "value": "OPTIONS",
          "label": "OPTIONS"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "GET",
          "POST",
          "PUT",
          "PATCH",
          "DELETE",
          "HEAD",
          "OPTIONS"
        ]
      }
    },
    "api@raw-request": {
      "key": "api",
      "title": "API",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Whose base and key are used: Track (/api is added), App or Pipelines.",
      "default": "track",
      "options": [
        {
          "value": "track",
          "label": "Track API"
        },
        {
          "value": "app",
          "label": "App API"
        },
        {
          "value": "pipelines",
          "label": "Pipelines API"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "track",
          "app",
          "pipelines"
        ]
      }
    },
    "data@raw-request": {
      "key": "data",
      "title": "Data",
      "editor": "code",
      "group": "main",
      "required": false,
      "types": [
        "object",
        "array",
        "string",
        "number",
        "boolean"
      ],
      "valueTypes": [
        "json",
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Body of the request. Objects and JSON text go out as JSON, other text as plain text.",
      "shape": {
        "type": [
          "object",
          "array",
          "string",
          "number",
          "boolean"
        ]
      }
    },
    "formData": {
      "key": "formData",
      "title": "Form Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Fields of a multipart form; cannot be combined with Data.",
      "shape": {
        "type": "object",
        "members": {
          "type": [
            "string",
            "number",
            "boolean"
          ]
        }
      },
      "example": {
        "field": "value"
      }
    },
    "fileData": {
      "key": "fileData",
      "title": "File Data",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Files of a multipart form: text, or an object with base64 and contentType.",
      "shape": {
        "type": "object",
        "members": {
          "anyOf": [
            {
              "type": "string"
            },
            {
              "type": "object",
              "required": [
                "base64"
              ]
            }
          ]
        }
      },
      "example": {
        "example.txt": "My File Contents"
      }
    },
    "fileDataFileNames": {
      "key": "fileDataFileNames",
      "title": "File Data File Names",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "File names for the files above; the keys must be those of File Data.",
      "shape": {
        "type": "object",
        "members": {
          "type": "string"
        }
      },
      "example": {
        "example.txt": "report.txt"
      }
    },
    "queryParameters": {
      "key": "queryParameters",
      "title": "Query Parameter",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The part of the URL like ?key1=value1&key2=value2; a list repeats its key.",
      "shape": {
        "type": "object",
        "members": {
          "type": [
            "string",
            "number",
            "boolean",
            "array"
          ],
          "items": {
            "type": [
              "string",
              "number",
              "boolean"
            ]
          }
        }
      },
      "example": {
        "limit": 10
      }
    },
    "headers@raw-request": {
      "key": "headers",
      "title": "Header",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Headers to send along; the keys and the host are set for you.",
      "shape": {
        "type": "object",
        "members": {
          "type": [
            "string",
            "number",
            "boolean"
          ]
        }
      },
      "example": {
        "X-Example": "1"
      }
    },
    "responseType": {
      "key": "responseType",
      "title": "Response Type",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What you expect back: json, text or binary (as base64).",
      "default": "json",
      "options": [
        {
          "value": "json",
          "label": "json"
        },
        {
          "value": "text",
          "label": "text"
        },
        {
          "value": "binary",
          "label": "binary"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "json",
          "text",
          "binary"
        ]
      }
    },
    "retryDelayMs@raw-request": {
      "key": "retryDelayMs",
      "title": "Retry Delay (ms)",
      "editor": "number",
      "group": "retries",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Pause before a retry, in milliseconds, 0 to 300000; the first of a growing row with backoff.",
      "placeholder": "Default: 0",
      "default": 0,
      "minimum": 0,
      "maximum": 300000,
      "shape": {
        "type": "integer",
        "minimum": 0,
        "maximum": 300000
      }
    },
    "maxRetryCount@raw-request": {
      "key": "maxRetryCount",
      "title": "Max Retry Count",
      "editor": "number",
      "group": "retries",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Retries after the first attempt, 0 to 20; 0 means a single attempt.",
      "placeholder": "Default: 0",
      "default": 0,
      "minimum": 0,
      "maximum": 20,
      "shape": {
        "type": "integer",
        "minimum": 0,
        "maximum": 20
      }
    },
    "useExponentialBackoff@raw-request": {
      "key": "useExponentialBackoff",
      "title": "Use Exponential Backoff",
      "editor": "checkbox",
      "group": "retries",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Doubles the pause before each further retry and spreads it at random, up to 30 seconds.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "filter@export-customers": {
      "key": "filter",
      "title": "Filter",
      "editor": "code",
      "group": "main",
      "required": true,
      "types": [
        "object"
      ],
      "valueTypes": [
        "conditions",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "One of and, or, not, segment and attribute; the first three hold further filters.",
      "conditions": "attribute",
      "untyped": "json",
      "shape": {
        "type": "object"
      },
      "example": {
        "segment": {
          "id": 7
        }
      }
    },
    "attributes@export-customers": {
      "key": "attributes",
      "title": "Attributes",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Names of attributes that become columns; empty means those Customer.io chooses.",
      "shape": {
        "type": "array",
        "items": {
          "type": "string",
          "minLength": 1
        }
      },
      "itemTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "plan"
      ]
    },
    "newsletter@export-deliveries": {
      "key": "newsletter",
      "title": "Newsletter",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Deliveries of the newsletter with this number; exactly one source is needed.",
      "placeholder": "5",
      "dynamic": "newsletters",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "5"
      }
    },
    "campaign@export-deliveries": {
      "key": "campaign",
      "title": "Campaign",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Deliveries of the campaign with this number; exactly one source is needed.",
      "placeholder": "3",
      "dynamic": "campaigns",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "3"
      }
    },
    "transactionalMessage": {
      "key": "transactionalMessage",
      "title": "Transactional Message",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Deliveries of the template with this number; exactly one source is needed.",
      "placeholder": "2",
      "dynamic": "transactional-messages",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "2"
      }
    },
    "action@export-deliveries": {
      "key": "action",
      "title": "Action",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Deliveries of one action in a workflow; exactly one source is needed.",
      "placeholder": "42",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "42"
      }
    },
    "startTime@export-deliveries": {
      "key": "startTime",
      "title": "Start Time",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only deliveries from then on; empty is six months ago. ISO 8601 or Unix time.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "endTime@export-deliveries": {
      "key": "endTime",
      "title": "End Time",
      "editor": "time",
      "group": "advanced",
      "required": false,
      "types": [
        "string",
        "number"
      ],
      "valueTypes": [
        "date",
        "str",
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only deliveries until then; empty means now. ISO 8601 or Unix time.",
      "placeholder": "2026-01-31T09:30:00Z",
      "untyped": "str",
      "shape": {
        "type": [
          "string",
          "number"
        ],
        "x-time": true
      }
    },
    "metric@export-deliveries": {
      "key": "metric",
      "title": "Metric",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Only deliveries that reached this step, such as delivered.",
      "options": [
        {
          "value": "created",
          "label": "created"
        },
        {
          "value": "attempted",
          "label": "attempted"
        },
        {
          "value": "sent",
          "label": "sent"
        },
        {
          "value": "delivered",
          "label": "delivered"
        },
        {
          "value": "opened",
          "label": "opened"
        },
        {
          "value": "clicked",
          "label": "clicked"
        },
        {
          "value": "converted",
          "label": "converted"
        },
        {
          "value": "bounced",
          "label": "bounced"
        },
        {
          "value": "spammed",
          "label": "spammed"
        },
        {
          "value": "unsubscribed",
          "label": "unsubscribed"
        },
        {
          "value": "dropped",
          "label": "dropped"
        },
        {
          "value": "failed",
          "label": "failed"
        },
        {
          "value": "undeliverable",
          "label": "undeliverable"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "created",
          "attempted",
          "sent",
          "delivered",
          "opened",
          "clicked",
          "converted",
          "bounced",
          "spammed",
          "unsubscribed",
          "dropped",
          "failed",
          "undeliverable"
        ]
      }
    },
    "drafts@export-deliveries": {
      "key": "drafts",
      "title": "Drafts",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Exports drafts, too, beside what was sent.",
      "shape": {
        "type": "boolean"
      }
    },
    "export": {
      "key": "export",
      "title": "Export",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the export, as the exporting action returned it.",
      "placeholder": "9",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "9"
      }
    },
    "link@get-export": {
      "key": "link",
      "title": "Link",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Requests the file's address when the export is done; anyone who has the address can read the file.",
      "placeholder": "Default: True",
      "default": true,
      "shape": {
        "type": "boolean"
      }
    },
    "download": {
      "key": "download",
      "title": "Download",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Fetches the file of a finished export: into the result (up to 16 MiB), or to File.",
      "default": "none",
      "options": [
        {
          "value": "none",
          "label": "No"
        },
        {
          "value": "inline",
          "label": "Into the result"
        },
        {
          "value": "file",
          "label": "To a file"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "none",
          "inline",
          "file"
        ]
      }
    },
    "file": {
      "key": "file",
      "title": "File",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Where the download goes, such as /tmp/people.csv; an existing file is never overwritten.",
      "placeholder": "/tmp/people.csv",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 4000
      }
    },
    "maxMegabytes": {
      "key": "maxMegabytes",
      "title": "Longest File",
      "editor": "number",
      "group": "advanced",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Most MiB of a download to File; a longer one is abandoned and not kept.",
      "placeholder": "Default: 1024",
      "default": 1024,
      "minimum": 1,
      "maximum": 1048576,
      "shape": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1048576
      }
    },
    "import": {
      "key": "import",
      "title": "Import",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the import, as Start Import returned it.",
      "placeholder": "9",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "9"
      }
    },
    "name@start-import": {
      "key": "name",
      "title": "Name",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the import is called in Customer.io.",
      "placeholder": "Spring list",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 190
      }
    },
    "dataFileUrl@start-import": {
      "key": "dataFileUrl",
      "title": "Data File URL",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Address of the CSV file, which Customer.io must be able to fetch.",
      "placeholder": "https://example.com/people.csv",
      "shape": {
        "type": "string",
        "maxLength": 2000,
        "pattern": "^https?://[^\\s]+$(?!\\n)",
        "example": "https://example.com/people.csv"
      }
    },
    "type@start-import": {
      "key": "type",
      "title": "Type",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What each row of the file is.",
      "options": [
        {
          "value": "people",
          "label": "Person"
        },
        {
          "value": "event",
          "label": "Event"
        },
        {
          "value": "object",
          "label": "Object"
        },
        {
          "value": "relationship",
          "label": "Relationship"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "people",
          "event",
          "object",
          "relationship"
        ]
      }
    },
    "identifier@start-import": {
      "key": "identifier",
      "title": "Identifier",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Which column names the person; cio_id is for relationships only, objects have none.",
      "options": [
        {
          "value": "id",
          "label": "id"
        },
        {
          "value": "email",
          "label": "E-mail address"
        },
        {
          "value": "cio_id",
          "label": "cio_id"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "id",
          "email",
          "cio_id"
        ]
      }
    },
    "objectTypeId@start-import": {
      "key": "objectTypeId",
      "title": "Object Type ID",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the objects' type; for objects alone.",
      "placeholder": "1",
      "dynamic": "object-types",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "1"
      }
    },
    "dataToProcess": {
      "key": "dataToProcess",
      "title": "Rows",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Which rows count; for events only_new does not exist.",
      "default": "all",
      "options": [
        {
          "value": "all",
          "label": "All"
        },
        {
          "value": "only_new",
          "label": "New ones only"
        },
        {
          "value": "only_existing",
          "label": "Existing ones only"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "all",
          "only_new",
          "only_existing"
        ]
      }
    },
    "description@start-import": {
      "key": "description",
      "title": "Description",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A note, to recognize the import by.",
      "placeholder": "From the fair",
      "shape": {
        "type": "string",
        "maxLength": 1000
      }
    },
    "name@create-reporting-webhook": {
      "key": "name",
      "title": "Name",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the webhook is called in Customer.io, such as warehouse.",
      "placeholder": "warehouse",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 1000
      }
    },
    "endpoint": {
      "key": "endpoint",
      "title": "Endpoint",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The https address that Customer.io sends each event to.",
      "placeholder": "https://example.com/customerio",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 5000
      }
    },
    "events@create-reporting-webhook": {
      "key": "events",
      "title": "Events",
      "editor": "list",
      "group": "main",
      "required": true,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Which events it reports, by channel and step, such as email_bounced; one at least.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "string",
          "enum": [
            "customer_subscribed",
            "customer_unsubscribed",
            "customer_subscription_preferences_changed",
            "email_drafted",
            "email_attempted",
            "email_sent",
            "email_delivered",
            "email_opened",
            "email_clicked",
            "email_converted",
            "email_bounced",
            "email_dropped",
            "email_deferred",
            "email_spammed",
            "email_failed",
            "email_unsubscribed",
            "email_undeliverable",
            "in_app_drafted",
            "in_app_attempted",
            "in_app_sent",
            "in_app_opened",
            "in_app_clicked",
            "in_app_converted",
            "in_app_failed",
            "in_app_undeliverable",
            "push_drafted",
            "push_attempted",
            "push_sent",
            "push_delivered",
            "push_opened",
            "push_clicked",
            "push_converted",
            "push_bounced",
            "push_dropped",
            "push_failed",
            "push_undeliverable",
            "slack_drafted",
            "slack_attempted",
            "slack_sent",
            "slack_clicked",
            "slack_converted",
            "slack_failed",
            "sms_drafted",
            "sms_attempted",
            "sms_sent",
            "sms_delivered",
            "sms_clicked",
            "sms_converted",
            "sms_bounced",
            "sms_dropped",
            "sms_failed",
            "sms_undeliverable",
            "sms_replied",
            "whatsapp_drafted",
            "whatsapp_attempted",
            "whatsapp_sent",
            "whatsapp_delivered",
            "whatsapp_opened",
            "whatsapp_clicked",
            "whatsapp_converted",
            "whatsapp_bounced",
            "whatsapp_dropped",
            "whatsapp_failed",
            "whatsapp_undeliverable",
            "whatsapp_replied",
            "webhook_drafted",
            "webhook_attempted",
            "webhook_sent",
            "webhook_clicked",
            "webhook_converted",
            "webhook_failed",
            "webhook_undeliverable"
          ]
        }
      },
      "itemTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "email_delivered",
        "email_bounced"
      ]
    },
    "disabled": {
      "key": "disabled",
      "title": "Disabled",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Keeps the webhook from reporting until it is switched on.",
      "shape": {
        "type": "boolean"
      }
    },
    "fullResolution": {
      "key": "fullResolution",
      "title": "Full Resolution",
      "editor": "checkbox",
      "group": "main",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Reports every open and click, instead of each person's first.",
      "shape": {
        "type": "boolean"
      }
    },
    "withContent": {
      "key": "withContent",
      "title": "With Content",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Puts the message's content into the events, too.",
      "shape": {
        "type": "boolean"
      }
    },
    "webhook": {
      "key": "webhook",
      "title": "Webhook",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string",
        "integer"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Number of the reporting webhook, as List Reporting Webhooks returns it.",
      "placeholder": "4",
      "shape": {
        "type": [
          "string",
          "integer"
        ],
        "minLength": 1,
        "pattern": "^[0-9]+$(?!\\n)",
        "example": "4"
      }
    },
    "name@update-reporting-webhook": {
      "key": "name",
      "title": "Name",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the webhook is called in Customer.io, such as warehouse.",
      "placeholder": "warehouse",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 1000
      }
    },
    "endpoint@update-reporting-webhook": {
      "key": "endpoint",
      "title": "Endpoint",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The https address that Customer.io sends each event to.",
      "placeholder": "https://example.com/customerio",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 5000
      }
    },
    "events@update-reporting-webhook": {
      "key": "events",
      "title": "Events",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Which events it reports, by channel and step, such as email_bounced; one at least.",
      "shape": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "string",
          "enum": [
            "customer_subscribed",
            "customer_unsubscribed",
            "customer_subscription_preferences_changed",
            "email_drafted",
            "email_attempted",
            "email_sent",
            "email_delivered",
            "email_opened",
            "email_clicked",
            "email_converted",
            "email_bounced",
            "email_dropped",
            "email_deferred",
            "email_spammed",
            "email_failed",
            "email_unsubscribed",
            "email_undeliverable",
            "in_app_drafted",
            "in_app_attempted",
            "in_app_sent",
            "in_app_opened",
            "in_app_clicked",
            "in_app_converted",
            "in_app_failed",
            "in_app_undeliverable",
            "push_drafted",
            "push_attempted",
            "push_sent",
            "push_delivered",
            "push_opened",
            "push_clicked",
            "push_converted",
            "push_bounced",
            "push_dropped",
            "push_failed",
            "push_undeliverable",
            "slack_drafted",
            "slack_attempted",
            "slack_sent",
            "slack_clicked",
            "slack_converted",
            "slack_failed",
            "sms_drafted",
            "sms_attempted",
            "sms_sent",
            "sms_delivered",
            "sms_clicked",
            "sms_converted",
            "sms_bounced",
            "sms_dropped",
            "sms_failed",
            "sms_undeliverable",
            "sms_replied",
            "whatsapp_drafted",
            "whatsapp_attempted",
            "whatsapp_sent",
            "whatsapp_delivered",
            "whatsapp_opened",
            "whatsapp_clicked",
            "whatsapp_converted",
            "whatsapp_bounced",
            "whatsapp_dropped",
            "whatsapp_failed",
            "whatsapp_undeliverable",
            "whatsapp_replied",
            "webhook_drafted",
            "webhook_attempted",
            "webhook_sent",
            "webhook_clicked",
            "webhook_converted",
            "webhook_failed",
            "webhook_undeliverable"
          ]
        }
      },
      "itemTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "example": [
        "email_delivered",
        "email_bounced"
      ]
    },
    "kind": {
      "key": "kind",
      "title": "Kind",
      "editor": "choice",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "What the rows are.",
      "options": [
        {
          "value": "people",
          "label": "People"
        },
        {
          "value": "events",
          "label": "Events"
        },
        {
          "value": "objects",
          "label": "Objects"
        },
        {
          "value": "relationships",
          "label": "Relationships"
        },
        {
          "value": "segment-members",
          "label": "Segment members"
        },
        {
          "value": "preferences",
          "label": "Topic preferences"
        },
        {
          "value": "suppressions",
          "label": "Suppressed addresses"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "people",
          "events",
          "objects",
          "relationships",
          "segment-members",
          "preferences",
          "suppressions"
        ]
      }
    },
    "from@run-import": {
      "key": "from",
      "title": "From",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A .csv or .jsonl file, sqlite:FILE, postgres:CONNECTION, or env:NAME of a variable that holds one.",
      "placeholder": "/data/people.csv",
      "shape": {
        "type": "string",
        "minLength": 1
      }
    },
    "query": {
      "key": "query",
      "title": "Query",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "With a database: one statement that reads the rows; give it an ORDER BY, so that a job can be resumed.",
      "placeholder": "SELECT id, email FROM people ORDER BY id",
      "shape": {
        "type": "string"
      }
    },
    "identifier@run-import": {
      "key": "identifier",
      "title": "Person's Column",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The column that names the person; empty means the one called id, email or cio_id.",
      "placeholder": "customer_email",
      "shape": {
        "type": "string"
      }
    },
    "attributes@run-import": {
      "key": "attributes",
      "title": "Attributes",
      "editor": "keyValue",
      "group": "main",
      "required": false,
      "types": [
        "object"
      ],
      "valueTypes": [
        "rows",
        "json",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Attributes, each with its column; empty means that every other column becomes an attribute of its name.",
      "shape": {
        "type": "object",
        "members": {
          "type": "string",
          "minLength": 1
        }
      },
      "example": {
        "plan": "plan_name"
      }
    },
    "map": {
      "key": "map",
      "title": "Map File",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A JSON file that says what the columns mean; empty means id, email or cio_id is the person, the rest are attributes.",
      "placeholder": "/data/map.json",
      "shape": {
        "type": "string"
      }
    },
    "errors": {
      "key": "errors",
      "title": "Errors File",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Writes bad rows to this file, each with its reason; corrected, it can be imported.",
      "placeholder": "/data/errors.csv",
      "shape": {
        "type": "string"
      }
    },
    "throttle": {
      "key": "throttle",
      "title": "Throttle",
      "editor": "number",
      "group": "advanced",
      "required": false,
      "types": [
        "number"
      ],
      "valueTypes": [
        "num",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Rows a second; empty means as fast as Customer.io takes them.",
      "minimum": 0.1,
      "maximum": 100000,
      "shape": {
        "type": "number",
        "minimum": 0.1,
        "maximum": 100000,
        "x-expected": "rows a second from 0.1 to 100000, such as 500"
      }
    },
    "job": {
      "key": "job",
      "title": "Job",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The job's name among the checkpoints; empty means made of the kind and the source.",
      "placeholder": "nightly",
      "shape": {
        "type": "string"
      }
    },
    "resume": {
      "key": "resume",
      "title": "Resume",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Resumes where the job of this name was stopped or killed.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "dryRun": {
      "key": "dryRun",
      "title": "Dry Run",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Checks every row and sends nothing.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "tellFirst": {
      "key": "tellFirst",
      "title": "Tell First",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Tells all members as entered when this is asked for the first time.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "poll": {
      "key": "poll",
      "title": "Poll",
      "editor": "text",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "A name for what is remembered, such as crm, where several flows poll one segment.",
      "placeholder": "crm",
      "shape": {
        "type": "string",
        "maxLength": 100
      }
    },
    "file@run-sync": {
      "key": "file",
      "title": "File",
      "editor": "text",
      "group": "main",
      "required": true,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "The sync's file, such as {\"database\": \"sqlite:/data/crm.db\", \"table\": \"customers\", \"key\": \"id\", \"attributes\": {\"plan\": \"plan\"}}.",
      "placeholder": "/data/syncs/people.json",
      "shape": {
        "type": "string",
        "minLength": 1
      }
    },
    "dryRun@run-sync": {
      "key": "dryRun",
      "title": "Dry Run",
      "editor": "checkbox",
      "group": "advanced",
      "required": false,
      "types": [
        "boolean"
      ],
      "valueTypes": [
        "bool",
        "msg",
        "flow",
        "global",
        "env",
        "jsonata"
      ],
      "help": "Plans what would be created, changed and deleted on each side, and changes nothing.",
      "placeholder": "Default: False",
      "default": false,
      "shape": {
        "type": "boolean"
      }
    },
    "events@reporting-event": {
      "key": "events",
      "title": "Events",
      "editor": "events",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "events"
      ],
      "help": "Which events to take; empty means all, also those still to come.",
      "shape": {
        "type": "array",
        "items": {
          "type": "string",
          "enum": [
            "customer_subscribed",
            "customer_unsubscribed",
            "customer_subscription_preferences_changed",
            "email_drafted",
            "email_attempted",
            "email_sent",
            "email_delivered",
            "email_opened",
            "email_clicked",
            "email_converted",
            "email_bounced",
            "email_dropped",
            "email_deferred",
            "email_spammed",
            "email_failed",
            "email_unsubscribed",
            "email_undeliverable",
            "push_drafted",
            "push_attempted",
            "push_sent",
            "push_delivered",
            "push_opened",
            "push_clicked",
            "push_converted",
            "push_bounced",
            "push_dropped",
            "push_failed",
            "push_undeliverable",
            "sms_drafted",
            "sms_attempted",
            "sms_sent",
            "sms_delivered",
            "sms_clicked",
            "sms_converted",
            "sms_bounced",
            "sms_dropped",
            "sms_failed",
            "sms_undeliverable",
            "sms_replied",
            "whatsapp_drafted",
            "whatsapp_attempted",
            "whatsapp_sent",
            "whatsapp_delivered",
            "whatsapp_opened",
            "whatsapp_clicked",
            "whatsapp_converted",
            "whatsapp_bounced",
            "whatsapp_dropped",
            "whatsapp_failed",
            "whatsapp_undeliverable",
            "whatsapp_replied",
            "in_app_drafted",
            "in_app_attempted",
            "in_app_sent",
            "in_app_opened",
            "in_app_clicked",
            "in_app_converted",
            "in_app_failed",
            "in_app_undeliverable",
            "slack_drafted",
            "slack_attempted",
            "slack_sent",
            "slack_clicked",
            "slack_converted",
            "slack_failed",
            "webhook_drafted",
            "webhook_attempted",
            "webhook_sent",
            "webhook_clicked",
            "webhook_converted",
            "webhook_failed",
            "webhook_undeliverable"
          ]
        }
      },
      "itemTypes": [
        "str",
        "env"
      ],
      "example": [
        "email_delivered",
        "email_bounced"
      ]
    },
    "path": {
      "key": "path",
      "title": "Path",
      "editor": "text",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "str",
        "env"
      ],
      "help": "Where Customer.io sends them on this host, such as /customerio.",
      "placeholder": "/customerio",
      "default": "/customerio",
      "shape": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "pattern": "^/[A-Za-z0-9/_.~-]*$(?!\\n)",
        "example": "/customerio"
      }
    },
    "format": {
      "key": "format",
      "title": "Format",
      "editor": "choice",
      "group": "main",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "env"
      ],
      "help": "As Customer.io sends them, or as track calls of the Segment and RudderStack format.",
      "default": "deliveries",
      "options": [
        {
          "value": "deliveries",
          "label": "As Customer.io sends them"
        },
        {
          "value": "events",
          "label": "As track events"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "deliveries",
          "events"
        ]
      }
    },
    "naming": {
      "key": "naming",
      "title": "Naming",
      "editor": "choice",
      "group": "advanced",
      "required": false,
      "types": [
        "string"
      ],
      "valueTypes": [
        "choice",
        "env"
      ],
      "help": "Whose names track events and their properties have.",
      "default": "customerio",
      "options": [
        {
          "value": "customerio",
          "label": "Customer.io"
        },
        {
          "value": "rudderstack",
          "label": "RudderStack"
        }
      ],
      "shape": {
        "type": "string",
        "enum": [
          "customerio",
          "rudderstack"
        ]
      }
    },
    "campaigns": {
      "key": "campaigns",
      "title": "Campaigns",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "env"
      ],
      "help": "Only messages of these campaigns, by number; empty means any.",
      "dynamic": "campaigns",
      "shape": {
        "type": "array",
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "pattern": "^[0-9]+$(?!\\n)",
          "x-expected": "a number, as Customer.io shows it"
        }
      },
      "itemTypes": [
        "str",
        "num",
        "env"
      ],
      "example": [
        7
      ]
    },
    "broadcasts": {
      "key": "broadcasts",
      "title": "Broadcasts",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "env"
      ],
      "help": "Only messages of these API-triggered broadcasts, by number; empty means any.",
      "dynamic": "broadcasts",
      "shape": {
        "type": "array",
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "pattern": "^[0-9]+$(?!\\n)",
          "x-expected": "a number, as Customer.io shows it"
        }
      },
      "itemTypes": [
        "str",
        "num",
        "env"
      ],
      "example": [
        9
      ]
    },
    "newsletters": {
      "key": "newsletters",
      "title": "Newsletters",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "env"
      ],
      "help": "Only messages of these newsletters, by number; empty means any.",
      "dynamic": "newsletters",
      "shape": {
        "type": "array",
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "pattern": "^[0-9]+$(?!\\n)",
          "x-expected": "a number, as Customer.io shows it"
        }
      },
      "itemTypes": [
        "str",
        "num",
        "env"
      ],
      "example": [
        3
      ]
    },
    "transactionalMessages": {
      "key": "transactionalMessages",
      "title": "Transactional Messages",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "env"
      ],
      "help": "Only these transactional messages, by number; empty means any.",
      "dynamic": "transactional-messages",
      "shape": {
        "type": "array",
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "pattern": "^[0-9]+$(?!\\n)",
          "x-expected": "a number, as Customer.io shows it"
        }
      },
      "itemTypes": [
        "str",
        "num",
        "env"
      ],
      "example": [
        5
      ]
    },
    "actions": {
      "key": "actions",
      "title": "Campaign Actions",
      "editor": "list",
      "group": "main",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "env"
      ],
      "help": "Only messages of these steps of a campaign, by number; empty means any.",
      "shape": {
        "type": "array",
        "items": {
          "type": [
            "string",
            "integer"
          ],
          "minLength": 1,
          "pattern": "^[0-9]+$(?!\\n)",
          "x-expected": "a number, as Customer.io shows it"
        }
      },
      "itemTypes": [
        "str",
        "num",
        "env"
      ],
      "example": [
        42
      ]
    },
    "recipientDomains": {
      "key": "recipientDomains",
      "title": "Recipient Domains",
      "editor": "list",
      "group": "advanced",
      "required": false,
      "types": [
        "array"
      ],
      "valueTypes": [
        "rows",
        "json",
        "env"
      ],
      "help": "Only messages to e-mail addresses in these domains, such as example.com.",
      "shape": {
        "type": "array",
        "items": {
          "type": "string",
          "minLength": 1,
          "maxLength": 253,
          "pattern": "^@?[^@\\s]+$(?!\\n)",
          "x-expected": "a domain, such as example.com"
        }
      },
      "itemTypes": [
        "str",
        "env"
      ],
      "example": [
        "example.com"
      ]
    },
    "replayWindow": {
      "key": "replayWindow",
      "title": "Replay Window (s)",
      "editor": "number",
      "group": "advanced",
      "required": false,
      "types": [
        "integer"
      ],
      "valueTypes": [
        "num",
        "env"
      ],
      "help": "How old or early a signed delivery may be; 0 takes any.",
      "placeholder": "Default: 300",
      "default": 300,
      "minimum": 0,
      "maximum": 604800,
      "shape": {
        "type": "integer",
        "minimum": 0,
        "maximum": 604800
      }
    }
  }
});
