// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { System } from "../base/System.sol";
import { IMasternodes } from "../masternodes/IMasternodes.sol";
import { DeviceTable } from "./DeviceTable.sol";
import { DeviceEvent, DeviceStatus, IDevices, RawScores } from "./IDevices.sol";
import { Ownership } from "./Ownership.sol";

/// @title Who measures a device, and what its measurement changes.
/// @dev The measurer follows from the hash of the block in which the measurement was ordered. No transaction of that
/// block knows it, so nobody can order again and again in one transaction until a friend is drawn.
abstract contract Measurements is Ownership {
    IMasternodes private constant MASTERNODES = IMasternodes(System.MASTERNODES);

    /// @notice How long a drawn masternode has, in seconds.
    uint256 public immutable measureSeconds;

    constructor(uint256 measureSeconds_) {
        measureSeconds = measureSeconds_;
    }

    /// @inheritdoc IDevices
    function orderMeasurement(uint32 id) external {
        Record storage record = _record(id);
        if (MASTERNODES.activeIdOf(msg.sender) == 0) revert DevicesCallerNotMasternode(msg.sender);
        if (record.status != DeviceStatus.Active) {
            revert DevicesIllegalTransition(id, record.status, DeviceEvent.Measure);
        }
        if (record.drawBlock != 0) revert DevicesDrawPending(id, record.measureBefore);
        _order(id);
    }

    /// @inheritdoc IDevices
    function draw(uint32 id) external {
        Record storage record = _record(id);
        if (record.drawBlock == 0) revert DevicesNoMeasurementOrdered(id);
        if (record.measurer != 0) {
            if (block.timestamp <= record.measureBefore) revert DevicesDrawPending(id, record.measureBefore);
            return _order(id);
        }
        if (block.number <= record.drawBlock) revert DevicesDrawTooEarly(id, record.drawBlock);
        bytes32 seed = blockhash(record.drawBlock);
        if (seed == 0) return _order(id);
        uint32 drawn = _pick(uint256(keccak256(abi.encode(seed, id))));
        (record.measurer, record.measureBefore) = (drawn, uint40(block.timestamp + measureSeconds));
        emit MeasurerDrawn(id, drawn, record.measureBefore);
    }

    /// @inheritdoc IDevices
    function measure(uint32 id, RawScores calldata scores) external {
        Record storage record = _record(id);
        uint32 caller = MASTERNODES.activeIdOf(msg.sender);
        if (caller == 0 || caller != record.measurer) {
            revert DevicesNotMeasurer(id, record.measurer, msg.sender);
        }
        if (block.timestamp > record.measureBefore) revert DevicesMeasuredTooLate(id, record.measureBefore);
        record.status = DeviceTable.next(id, record.status, DeviceEvent.Measure);
        _claimTlsKey(id, record.tlsKeyHash);
        _cancelOrder(record);
        (record.offered, record.hasOffer) = (scores, true);
        if (record.status != DeviceStatus.Measured) record.accepted = _lower(record.accepted, scores);
        emit DeviceMeasured(id, caller, scores);
    }

    /// @dev The measurer spoke to the device, so the TLS key is proven to be its own: nobody can take another's hash by
    /// registering it first.
    function _claimTlsKey(uint32 id, bytes32 tlsKeyHash) private {
        uint32 used = _devices().byTlsKey[tlsKeyHash];
        if (used != 0 && used != id) revert DevicesTlsKeyInUse(tlsKeyHash, used);
        if (used == 0) _devices().byTlsKey[tlsKeyHash] = id;
    }

    function _order(uint32 id) internal {
        Record storage record = _devices().records[id];
        (record.measurer, record.measureBefore, record.drawBlock) = (0, 0, uint64(block.number));
        emit MeasurementOrdered(id, block.number);
    }

    function _cancelOrder(Record storage record) internal {
        (record.measurer, record.measureBefore, record.drawBlock) = (0, 0, 0);
    }

    /// @dev One of the active masternodes, each as likely as the other.
    function _pick(uint256 random) private view returns (uint32) {
        uint256 seats = MASTERNODES.activeSeats();
        uint256 count = 0;
        for (uint256 left = seats; left != 0; left &= left - 1) {
            ++count;
        }
        if (count == 0) revert DevicesNoMasternodeActive();
        for (uint256 skip = random % count; skip > 0; --skip) {
            seats &= seats - 1;
        }
        return MASTERNODES.inSeat(uint8(Math.log2(seats & (~seats + 1))));
    }

    function _lower(RawScores memory a, RawScores calldata b) private pure returns (RawScores memory) {
        return RawScores({
            cpu: uint32(Math.min(a.cpu, b.cpu)),
            memoryScore: uint32(Math.min(a.memoryScore, b.memoryScore)),
            storageScore: uint32(Math.min(a.storageScore, b.storageScore)),
            gpu: uint32(Math.min(a.gpu, b.gpu)),
            isp: uint32(Math.min(a.isp, b.isp))
        });
    }
}
