// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import { DeviceStatus, IDevices, RawScores } from "./IDevices.sol";

/// @title The records of devices, and who owned each at any time: a seller keeps no income of a buyer's hours.
abstract contract Ownership is IDevices {
    using Checkpoints for Checkpoints.Trace208;

    struct Record {
        /// With `ownedSince` and `status` in one slot: all that a bill or an opening reads.
        address owner;
        uint40 ownedSince;
        DeviceStatus status;
        bool hasOffer;
        uint32 measurer;
        uint40 measureBefore;
        /// Block whose hash draws the measurer, 0 when no measurement is ordered.
        uint64 drawBlock;
        /// The masternode that measured it last: the next measurement is another's.
        uint32 lastMeasurer;
        uint256 key;
        bytes32 tlsKeyHash;
        bytes32 region;
        RawScores accepted;
        RawScores offered;
        /// Earlier owners, by the time since which each owned it.
        Checkpoints.Trace208 earlier;
    }

    /// @custom:storage-location erc7201:nexqloud.storage.Devices
    struct DevicesStorage {
        uint32 count;
        mapping(uint32 id => Record) records;
        mapping(uint256 key => uint32) byKey;
        mapping(bytes32 tlsKeyHash => uint32) byTlsKey;
        mapping(uint256 key => uint40) nextOrderAt;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Devices")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant DEVICES_STORAGE =
        0x9e4cf1ebd015293999bde631ca1a211938592b749963a64364d62146f1a31400;

    /// @inheritdoc IDevices
    function ownersAt(uint32[] calldata devices, uint256 time)
        external
        view
        returns (address[] memory owners)
    {
        owners = new address[](devices.length);
        for (uint256 i = 0; i < devices.length; ++i) {
            owners[i] = ownerAt(devices[i], time);
        }
    }

    /// @inheritdoc IDevices
    function ownerAt(uint32 id, uint256 time) public view returns (address) {
        Record storage record = _devices().records[id];
        if (record.ownedSince <= time) return record.owner;
        uint256 length = record.earlier.length();
        if (length == 0) return record.owner;
        uint208 found = record.earlier.upperLookupRecent(uint48(time));
        return address(uint160(found == 0 ? record.earlier.at(0)._value : found));
    }

    /// @dev Of two changes in one second the last one counts: who owned it for no second is not remembered.
    function _changeOwner(Record storage record, address to) internal {
        if (record.ownedSince != block.timestamp) {
            record.earlier.push(record.ownedSince, uint160(record.owner));
            record.ownedSince = uint40(block.timestamp);
        }
        record.owner = to;
    }

    function _record(uint32 id) internal view returns (Record storage record) {
        record = _devices().records[id];
        if (record.status == DeviceStatus.None) revert DevicesUnknown(id);
    }

    function _devices() internal pure returns (DevicesStorage storage $) {
        assembly {
            $.slot := DEVICES_STORAGE
        }
    }
}
