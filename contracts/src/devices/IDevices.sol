// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Raw scores per category, in the order of the QloudScore: CPU, memory, storage, GPU (0: none), ISP.
struct RawScores {
    uint32 cpu;
    uint32 memoryScore;
    uint32 storageScore;
    uint32 gpu;
    uint32 isp;
}

enum DeviceStatus {
    None,
    Registered,
    Measured,
    Active,
    Suspended,
    Retired
}

enum DeviceEvent {
    Register,
    Measure,
    Accept,
    Transfer,
    Retire
}

/// @title The devices: who owns them, what they can do, whether they may work.
interface IDevices {
    struct Registration {
        address owner;
        uint256 key;
        bytes32 tlsKeyHash;
        bytes32 region;
        uint256 deadline;
    }

    struct Device {
        uint256 key;
        bytes32 tlsKeyHash;
        bytes32 region;
        address owner;
        DeviceStatus status;
        /// What counts; all 0 until the owner accepted.
        RawScores accepted;
        /// What was measured last; all 0 once accepted.
        RawScores offered;
        /// The masternode drawn to measure, 0 when none is.
        uint32 measurer;
        uint40 measureBefore;
    }

    event DeviceRegistered(
        uint32 indexed device, address indexed owner, uint256 indexed key, bytes32 tlsKeyHash
    );
    event MeasurementOrdered(uint32 indexed device, uint256 drawBlock);
    event MeasurerDrawn(uint32 indexed device, uint32 indexed masternode, uint256 measureBefore);
    event DeviceMeasured(uint32 indexed device, uint32 indexed masternode, RawScores scores);
    event DeviceAccepted(uint32 indexed device, address indexed owner, RawScores scores);
    event DeviceSuspended(uint32 indexed device, address indexed from, address indexed to);
    event DeviceRetired(uint32 indexed device);

    error DevicesUnknown(uint32 device);
    error DevicesIllegalTransition(uint32 device, DeviceStatus status, DeviceEvent happened);
    error DevicesNotKeyOwner(uint256 key, address owner, address claimant);
    error DevicesKeyInUse(uint256 key, uint32 device);
    error DevicesTlsKeyInUse(bytes32 tlsKeyHash, uint32 device);
    error DevicesDeadlinePassed(uint256 deadline, uint256 time);
    error DevicesSignatureInvalid(address signer);
    error DevicesScoresNotOffered(uint32 device);
    error DevicesNotMeasurer(uint32 device, uint32 drawn, address caller);
    error DevicesMeasuredTooLate(uint32 device, uint256 until);
    error DevicesDrawTooEarly(uint32 device, uint256 drawBlock);
    error DevicesDrawPending(uint32 device, uint256 until);
    error DevicesNoMeasurementOrdered(uint32 device);
    error DevicesOrderTooEarly(uint32 device, uint256 from);
    error DevicesNoMasternodeActive();
    error DevicesCallerNotKeys(address caller);
    error DevicesCallerNotMasternode(address caller);

    /// @notice Registers a device to its key and orders its first measurement, unless the key still waits: then {draw} does.
    /// @custom:caller anyone, with the owner's signature
    /// @custom:changes a new device, registered
    function register(Registration calldata registration, bytes calldata signature)
        external
        returns (uint32 device);

    /// @notice Draws the masternode that measures, from the hash of the order's block, which nobody knew in it; orders
    /// anew when the drawn one let its time pass or the hash is out of reach, and the key waited since the last order.
    /// @custom:caller anyone
    /// @custom:changes the masternode that may measure the device
    function draw(uint32 device) external;

    /// @notice Orders a new measurement of an active device whose key waited since the last order.
    /// @custom:caller an active masternode
    /// @custom:changes a measurer is to be drawn
    function orderMeasurement(uint32 device) external;

    /// @notice Records what was measured; 0 where no device answered. An active device stays active: what is lower counts
    /// once two masternodes in a row measured it, down to the larger of both; what is higher once its owner accepts it.
    /// @custom:caller the masternode drawn for it
    /// @custom:changes the offered scores; a registered device becomes measured
    function measure(uint32 device, RawScores calldata scores) external;

    /// @notice Accepts exactly these scores; makes a measured or suspended device active.
    /// @custom:caller anyone, with the owner's signature
    /// @custom:changes the accepted scores; the device becomes active
    function accept(uint32 device, RawScores calldata scores, uint256 deadline, bytes calldata signature)
        external;

    /// @notice Retires a device for good; its key may activate another.
    /// @custom:caller anyone, with the owner's signature
    /// @custom:changes the device becomes retired, its key and TLS key free
    function retire(uint32 device, uint256 deadline, bytes calldata signature) external;

    /// @notice Learns that a key has a new owner: its device is suspended until that owner accepts it.
    /// @custom:caller the digital keys
    /// @custom:changes the device's owner; the device becomes suspended
    function keyTransferred(uint256 key, address to) external;

    function device(uint32 id) external view returns (Device memory);

    /// @notice The device that `key` activates, 0 when none does.
    function deviceOfKey(uint256 key) external view returns (uint32);

    /// @notice The device that was measured with the TLS key of this hash, 0 when none was.
    function deviceOfTlsKey(bytes32 tlsKeyHash) external view returns (uint32);

    function isActive(uint32 device) external view returns (bool);

    /// @notice {isActive} for many devices.
    function areActive(uint32[] calldata devices) external view returns (bool[] memory);

    /// @notice Who owned `device` at `time`; its first owner for a time before it was registered.
    function ownerAt(uint32 device, uint256 time) external view returns (address);

    /// @notice {ownerAt} for many devices.
    function ownersAt(uint32[] calldata devices, uint256 time) external view returns (address[] memory);

    /// @notice From when a measurement may be ordered for the device of `key`; a time in the past: now.
    function nextOrderAt(uint256 key) external view returns (uint256);

    /// @notice How many devices were ever registered; ids count from 1.
    function deviceCount() external view returns (uint256);
}
