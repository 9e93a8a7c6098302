namespace CustomerIo.Connector.Sandbox;
