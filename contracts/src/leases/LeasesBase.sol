// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Calendar } from "../base/Calendar.sol";
import { Governed } from "../base/Governed.sol";
import { Payouts } from "../base/Payouts.sol";
import { System } from "../base/System.sol";
import { IMasternodes } from "../masternodes/IMasternodes.sol";
import { IPrices } from "../prices/IPrices.sol";
import { ISettlement } from "../settlement/ISettlement.sol";
import { ITreasury } from "../treasury/ITreasury.sol";
import { IDevices } from "../devices/IDevices.sol";
import { ILeases } from "./ILeases.sol";
import { InstanceKey } from "./InstanceKey.sol";
import { Account } from "./LeaseRule.sol";
import { Lease, Residue } from "./LeaseRecord.sol";

/// @title What all parts of the leases share: storage and the contracts they ask.
abstract contract LeasesBase is ILeases, Calendar, Governed, Payouts, ReentrancyGuardTransient {
    struct Approval {
        /// Where one began within the delay after the end of another: since when that one had stood.
        uint40 since;
        /// {APPROVED} while it stands.
        uint40 until;
    }

    /// @custom:storage-location erc7201:nexqloud.storage.Leases
    struct LeasesStorage {
        Terms terms;
        mapping(address tenant => Account) accounts;
        mapping(address tenant => mapping(uint32 masternode => Approval)) approvals;
        mapping(InstanceKey instance => Lease) leases;
        mapping(bytes32 leaseHash => Residue) residues;
        /// When a lease passed a period so late that the next one might be skipped at once.
        mapping(bytes32 leaseHash => uint40) passedLateAt;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Leases")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LEASES_STORAGE =
        0xa4ed339002e77b9951558d8ceaeab15c2f5308d3a4cd25e6ad13d6f436312e00;

    uint40 internal constant APPROVED = type(uint40).max;

    IDevices internal constant DEVICES = IDevices(System.DEVICES);
    IMasternodes internal constant MASTERNODES = IMasternodes(System.MASTERNODES);
    IPrices internal constant PRICES = IPrices(System.PRICES);
    ISettlement internal constant SETTLEMENT = ISettlement(System.SETTLEMENT);
    ITreasury internal constant TREASURY = ITreasury(System.TREASURY);

    function _isApproved(address tenant, uint32 masternode) internal view returns (bool) {
        return _leases().approvals[tenant][masternode].until == APPROVED;
    }

    function _leases() internal pure returns (LeasesStorage storage $) {
        assembly {
            $.slot := LEASES_STORAGE
        }
    }
}
